/// The reason why a recipient's copy is stored or bounced, where it is not a rule's action.
package enum RoutingReason: Equatable, Sendable {
    case spam
    case virus
    case dmarcReject
    case dmarcQuarantine
    case noRule
    case roleAddress
    case lookupFailed
    case keep
    case ended
    case blockedSender
    case senderNotListed
    case unknown(String)
}

extension RoutingReason: RawRepresentable {
    package init(rawValue: String) {
        self =
            switch rawValue {
            case "spam": .spam
            case "virus": .virus
            case "dmarc-reject": .dmarcReject
            case "dmarc-quarantine": .dmarcQuarantine
            case "no-rule": .noRule
            case "role-address": .roleAddress
            case "lookup-failed": .lookupFailed
            case "keep": .keep
            case "ended": .ended
            case "blocked-sender": .blockedSender
            case "sender-not-listed": .senderNotListed
            default: .unknown(rawValue)
            }
    }

    package var rawValue: String {
        switch self {
        case .spam: "spam"
        case .virus: "virus"
        case .dmarcReject: "dmarc-reject"
        case .dmarcQuarantine: "dmarc-quarantine"
        case .noRule: "no-rule"
        case .roleAddress: "role-address"
        case .lookupFailed: "lookup-failed"
        case .keep: "keep"
        case .ended: "ended"
        case .blockedSender: "blocked-sender"
        case .senderNotListed: "sender-not-listed"
        case .unknown(let text): text
        }
    }
}
