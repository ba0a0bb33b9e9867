/// Why was a recipient's copy stored or bounced, if not by a rule's own words?
package enum RoutingReason: Equatable, Sendable {
    case spam
    case virus
    case dmarcReject
    case noRule
    case roleAddress
    case lookupFailed
    case unknown(String)
}

extension RoutingReason: RawRepresentable {
    package init(rawValue: String) {
        self =
            switch rawValue {
            case "spam": .spam
            case "virus": .virus
            case "dmarc-reject": .dmarcReject
            case "no-rule": .noRule
            case "role-address": .roleAddress
            case "lookup-failed": .lookupFailed
            default: .unknown(rawValue)
            }
    }

    package var rawValue: String {
        switch self {
        case .spam: "spam"
        case .virus: "virus"
        case .dmarcReject: "dmarc-reject"
        case .noRule: "no-rule"
        case .roleAddress: "role-address"
        case .lookupFailed: "lookup-failed"
        case .unknown(let text): text
        }
    }
}
