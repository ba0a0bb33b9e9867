/// What is told to X-Ray about one piece of work
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
        let digits = String(UInt64.random(in: 1...UInt64.max), radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// The document, or nil where the trace is not one that may be added to: Root, Parent and
    /// `Sampled=1` must all be known.
    func document(in trace: TraceHeader) -> String? {
        guard trace.isSampled, let root = trace.root, let parent = trace.parent else { return nil }
        var document = JSONObject()
        document.add("name", name)
        document.add("id", id)
        document.add("trace_id", root)
        document.add("parent_id", parent)
        document.add("type", "subsegment")
        document.add("start_time", startSeconds)
        document.add("end_time", max(endSeconds, startSeconds))
        if let namespace { document.add("namespace", namespace.rawValue) }
        if let operation {
            var aws = JSONObject()
            aws.add("operation", operation)
            document.add("aws", aws)
        }
        if let status {
            var response = JSONObject()
            response.add("status", status)
            var http = JSONObject()
            http.add("response", response)
            document.add("http", http)
        }
        if !annotations.isEmpty {
            var object = JSONObject()
            for (key, value) in annotations { object.add(key, value) }
            document.add("annotations", object)
        }
        if isFault { document.add("fault", true) }
        return document.text
    }
}
