internal import Delivery
internal import JSON
internal import Lambda
internal import Mail

/// The mail and the recipients that one record asks for a report on.
struct BounceRequest {
    let decision: RoutingDecision
    let mail: ReceivedMail
    let targets: [RoutingTarget]

    /// - Throws: `BadEvent` where the record is no routing decision or has nothing to bounce: a
    ///   success would delete it.
    init(_ record: SQSRecord) throws(BadEvent) {
        decision = try RoutingDecision(record)
        targets = decision.actions.bounce
        guard !targets.isEmpty else { throw BadEvent("there is no target to bounce") }
        // `try?`: the reason could only tell where in a stranger's text it is.
        guard let notification = try? JSONValue(parsing: decision.body) else {
            throw BadEvent("a detail whose body is no JSON")
        }
        do {
            mail = try ReceivedMail(notification)
        } catch {
            throw BadEvent("a detail whose body is no SES notification: \(error)")
        }
    }

    func key(_ target: RoutingTarget) -> LedgerKey {
        .bounce(originalMessageId: decision.originalMessageId, recipient: target.target)
    }
}
