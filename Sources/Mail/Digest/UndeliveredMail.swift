/// A mail that reached no inbox, as the digest lists it.
package struct UndeliveredMail: Equatable, Sendable {
    /// The reason for being in the digest, the most urgent first.
    package enum Kind: Sendable, CaseIterable {
        /// Gmail refused it for good.
        case refused
        /// The rule that decided has ended.
        case ended
        /// It is stored: as junk, for its sender, or because a rule says so.
        case held
    }

    package let id: String
    package let kind: Kind
    /// The time of the decision, or of the refusal, in epoch milliseconds.
    package let timestamp: Int
    package let recipients: [String]
    package let reasons: [String]

    package init(
        id: String, kind: Kind, timestamp: Int, recipients: [String], reasons: [String]
    ) {
        self.id = id
        self.kind = kind
        self.timestamp = timestamp
        self.recipients = recipients
        self.reasons = reasons
    }

    /// Whether it is stored as a rule, or the kind of its recipient, wants it: it comes last.
    var isExpected: Bool {
        kind == .held && reasons.allSatisfy { $0 == RoutingReason.roleAddress.rawValue }
    }
}
