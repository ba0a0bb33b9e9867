internal import JSON
package import Lambda
package import Mail

extension RoutingDecision {
    /// Reads the decision in a record of a handler's queue.
    /// - Throws: `BadEvent` if the record has none. To return would delete the record.
    package init(_ record: SQSRecord) throws(BadEvent) {
        guard let body = record.body else { throw BadEvent("a record without a body") }
        let detail = try EventBridgeEvent.detail(of: body)
        do {
            try self.init(detail)
        } catch {
            throw BadEvent("a detail that is no routing decision: \(error)")
        }
    }
}
