internal import Text

/// The operator's decision for an address or a pattern of addresses: one row of the table, or one
/// entry of a row of patterns.
///
/// A row with mistakes is a value too, so that mail which it does not decide is still routed; see
/// `problems`.
package struct RoutingRule: Equatable, Sendable {
    /// The action for a mail.
    package enum Action: Equatable, Sendable {
        case forwardToGmail
        case bounce
        case store
        case unknown(String)

        package init(_ text: String) {
            self =
                switch text {
                case "forward-to-gmail": .forwardToGmail
                case "bounce": .bounce
                case "store": .store
                default: .unknown(text)
                }
        }

        package var text: String {
            switch self {
            case .forwardToGmail: "forward-to-gmail"
            case .bounce: "bounce"
            case .store: "store"
            case .unknown(let text): text
            }
        }
    }

    /// `ROUTE#` and the pattern.
    package let pk: String
    package var action: Action
    /// The Gmail addresses to forward to, each mailbox once.
    package var destinations: [String]
    /// Whether the stored mail stays after it was forwarded.
    package var keepsCopy = false
    /// The ids of the labels that a mail gets, by lower-cased mailbox.
    package var labelIDs: [String: [String]] = [:]
    package var inGmail = Placement()
    package var end: RuleEnd?
    package var senders: SenderCondition?
    package var isEnabled: Bool
    /// The operator's words, shown to the sender of a bounced mail.
    package var description: String?
    /// The mistakes in the row, in the order of its attributes. Mail that such a row decides is not
    /// routed.
    package var problems: [Problem] = []

    package init(
        pk: String, action: Action, target: String? = nil, isEnabled: Bool = true,
        description: String? = nil
    ) {
        self.pk = pk
        self.action = action
        destinations = target.map { [$0.trimmingASCIIWhitespace] } ?? []
        self.isEnabled = isEnabled
        self.description = description
    }

    /// The mailboxes of the destinations.
    package var mailboxes: [Mailbox] { destinations.map(Mailbox.init(destination:)) }

    /// The state of a message in the mailbox.
    package struct Placement: Equatable, Sendable {
        package var isInInbox = true
        package var isUnread = true
        package var isStarred = false
        package var isNeverSpam = false
        package var isInCalendar = false

        package init() {}

        /// The ids of Gmail's own labels for it.
        var labelIDs: [String] {
            (isInInbox ? ["INBOX"] : []) + (isUnread ? ["UNREAD"] : [])
                + (isStarred ? ["STARRED"] : [])
        }
    }

    /// An attribute that the router cannot take as it is.
    package struct Problem: Error, Equatable, Sendable, CustomStringConvertible {
        package let attribute: String
        /// The rest of a sentence that begins with the attribute.
        package let reason: String

        package init(_ attribute: String, _ reason: String) {
            self.attribute = attribute
            self.reason = reason
        }

        package var description: String { "\(attribute) \(reason)" }
    }

    /// Limits of one rule (the mailboxes are an import each).
    package static let maximumDestinations = 10
    package static let maximumLabels = 20
    /// The limit of targets and labels together, so that a decision for many recipients fits on the
    /// bus.
    static let maximumTargetBytes = 4096
}
