/// What does a rule deliver to a queue? The event with our `detail` inside, or, from a person's
/// test or a replay, the bare detail
/// (https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html).
package struct EventBridgeEvent<Detail: Decodable>: Decodable {
    package let detail: Detail

    private enum Key: String, CodingKey { case detail }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Key.self)
        detail =
            fields.contains(.detail)
            ? try fields.decode(Detail.self, forKey: .detail)
            : try Detail(from: decoder)
    }
}
