/// The reason why a mail cannot be routed and must stay in the queue.
package enum RoutingFailure: Error, Equatable, CustomStringConvertible {
    /// An element with no targets would match no rule of the bus, and the mail would be lost.
    case noRecipients
    case forwardWithoutTarget(rule: String)
    /// The rule, or the row of patterns, that comes next cannot be taken as it is.
    case wrongRule(String, RoutingRule.Problem)
    /// `bytes` is what remained after all that may be left out was left out.
    case tooLarge(bytes: Int)

    package var description: String {
        switch self {
        case .noRecipients:
            "The notification names no recipient."
        case .forwardWithoutTarget(let rule):
            "The rule \(rule) says forward-to-gmail, but its target is no mail address."
        case .wrongRule(let rule, let problem):
            "The rule \(rule) is wrong: \(problem)."
        case .tooLarge(let bytes):
            "The routing decision has \(bytes) bytes and cannot be made smaller."
        }
    }
}
