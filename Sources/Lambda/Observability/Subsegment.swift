internal import JSON
internal import Text

/// The record of one piece of work for X-Ray
/// (https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html).
package struct Subsegment {
    /// `aws` for an AWS service, `remote` for any other, nil for work of our own.
    package enum Namespace: String {
        case aws
        case remote
    }

    package let name: String
    /// 16 hexadecimal digits.
    package let id: String
    package let startSeconds: Double
    package let endSeconds: Double
    package var namespace: Namespace?
    package var operation: String?
    /// Keys of `[A-Za-z0-9_]`: X-Ray drops any other.
    package var annotations: [(key: String, value: String)] = []
    package var status: Int?
    package var isFault = false

    package init(
        name: String, id: String = Subsegment.newID(), startSeconds: Double, endSeconds: Double
    ) {
        self.name = name
        self.id = id
        self.startSeconds = startSeconds
        self.endSeconds = endSeconds
    }

    package static func newID() -> String {
        Hex.random(byteCount: 8)
    }

    /// The document, or nil if the trace is not one that may be added to: Root, Parent and
    /// `Sampled=1` must all be known.
    func document(in trace: TraceHeader) -> String? {
        guard trace.isSampled, let root = trace.root, let parent = trace.parent else { return nil }
        var document: [JSONValue.Member] = [
            .init("name", .string(name)), .init("id", .string(id)),
            .init("trace_id", .string(root)), .init("parent_id", .string(parent)),
            .init("type", "subsegment"), .init("start_time", .number(String(startSeconds))),
            .init("end_time", .number(String(max(endSeconds, startSeconds)))),
        ]
        if let namespace { document.append(.init("namespace", .string(namespace.rawValue))) }
        if let operation { document.append(.init("aws", ["operation": .string(operation)])) }
        if let status {
            document.append(.init("http", ["response": ["status": .integer(status)]]))
        }
        if !annotations.isEmpty {
            let members = annotations.map { JSONValue.Member($0.key, .string($0.value)) }
            document.append(.init("annotations", .object(members)))
        }
        if isFault { document.append(.init("fault", true)) }
        return String(decoding: JSONValue.object(document).bytes, as: UTF8.self)
    }
}
