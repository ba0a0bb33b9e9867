internal import Delivery
internal import JSON
internal import Lambda
internal import Mail

/// The mail and the recipients for which one record asks for a report.
struct BounceRequest {
    let decision: RoutingDecision
    let mail: ReceivedMail
    let targets: [RoutingTarget]

    /// - Throws: `BadEvent` if the record is not a routing decision or has nothing to bounce. To
    ///   return would delete the record.
    init(_ record: SQSRecord) throws(BadEvent) {
        decision = try RoutingDecision(record)
        targets = decision.actions.bounce
        guard !targets.isEmpty else { throw BadEvent("there is no target to bounce") }
        // `try?`: the reason would only name a place in a stranger's text.
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
