package import JSON

/// The message that a rule delivers to a queue: the event with our `detail` inside, or, from a
/// person's test or a replay, the bare detail
/// (https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html).
package enum EventBridgeEvent {
    package static func detail(of body: String) throws(BadEvent) -> JSONValue {
        do {
            let event = try JSONValue(parsing: body)
            return event["detail"] ?? event
        } catch {
            throw BadEvent("a body that is \(error)")
        }
    }
}
