internal import Text

/// The actions for a mail, recipient by recipient.
///
/// As JSON the three keys are always there, each `{"count": n, "targets": […]}`: the bus's rules
/// match on the counts.
package struct RoutingActions: Equatable, Sendable {
    package var store: [RoutingTarget]
    package var forwardToGmail: [ForwardTarget]
    package var bounce: [RoutingTarget]

    package init(
        store: [RoutingTarget] = [], forwardToGmail: [ForwardTarget] = [],
        bounce: [RoutingTarget] = []
    ) {
        self.store = store
        self.forwardToGmail = forwardToGmail
        self.bounce = bounce
    }

    /// Whether they are for the canary, which has no other recipient.
    package var areForCanary: Bool {
        forwardToGmail.contains(where: \.isCanary) || store.contains(where: \.isCanary)
    }

    /// Its stored targets, marked as the canary's.
    package var ofCanary: RoutingActions {
        RoutingActions(
            store: store.map { RoutingTarget(target: $0.target, reason: $0.reason, isCanary: true) }
        )
    }
}

/// A recipient whose copy is stored or bounced, with the rule and the reason.
package struct RoutingTarget: Equatable, Sendable {
    /// The recipient, byte for byte as received.
    package let target: String
    /// The matched rule's partition key; `nil` if no rule was asked or found.
    package let rule: String?
    /// The rule's description, 200 Unicode scalars at most.
    package let description: String?
    package let reason: RoutingReason?
    /// Whether this is our own test message, whose address is a secret.
    package let isCanary: Bool

    package init(
        target: String, rule: String? = nil, description: String? = nil,
        reason: RoutingReason? = nil, isCanary: Bool = false
    ) {
        self.target = target
        self.isCanary = isCanary
        self.rule = rule
        self.description = description?.cut(atScalars: 200)
        self.reason = reason
    }
}

/// A recipient whose copy is forwarded, with the mailbox and the rule.
package struct ForwardTarget: Equatable, Sendable {
    /// The recipient, byte for byte as received.
    package let target: String
    /// The Gmail address.
    package let destination: String
    /// The matched rule's partition key; `nil` for the canary, which no rule forwards.
    package let rule: String?
    /// The labels that the message gets in Gmail; `nil` is `INBOX` and `UNREAD`.
    package let labelIDs: [String]?
    /// Whether the message goes into Spam, as a copy of one that is stored.
    package let isJunk: Bool
    /// Whether Gmail is told never to put the message into Spam.
    package let isNeverSpam: Bool
    /// Whether Gmail may put an invitation in it into the calendar.
    package let isForCalendar: Bool
    /// Whether this is our own test message, which nobody reads: it goes into the trash, and only
    /// its arrival counts.
    package let isCanary: Bool

    package init(
        target: String, destination: String, rule: String?, labelIDs: [String]? = nil,
        isJunk: Bool = false, isNeverSpam: Bool = false, isForCalendar: Bool = false,
        isCanary: Bool = false
    ) {
        self.target = target
        self.destination = destination
        self.rule = rule
        self.labelIDs = labelIDs
        self.isJunk = isJunk
        self.isNeverSpam = isNeverSpam
        self.isForCalendar = isForCalendar
        self.isCanary = isCanary
    }

    /// Junk for Spam. The event names the labels for older forwarders, which ignore `junk`.
    package static func junk(target: String, destination: String, rule: String?) -> ForwardTarget {
        ForwardTarget(
            target: target, destination: destination, rule: rule, labelIDs: labelsOfJunk,
            isJunk: true)
    }

    package static func canary(target: String, mailbox: String) -> ForwardTarget {
        ForwardTarget(
            target: target, destination: mailbox, rule: nil, labelIDs: ["TRASH"], isCanary: true)
    }
}
