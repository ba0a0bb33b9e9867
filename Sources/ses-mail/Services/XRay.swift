internal import AWS
internal import HTTP
internal import JSON

/// The calls of X-Ray that an operator's commands make
/// (https://docs.aws.amazon.com/xray/latest/api/API_Operations.html).
struct XRay {
    private let rest: RESTProtocol

    init(_ session: AWSSession) {
        rest = RESTProtocol(session, "XRay", host: "xray", variable: "XRAY")
    }

    /// The summary of a trace.
    struct Summary: Equatable, Sendable {
        let id: String
        let durationSeconds: Double
        let hasFault: Bool
    }

    /// The traces that began within these epoch seconds, a day at most, and have that annotation
    /// (`GetTraceSummaries`).
    func summaries(annotation: String, value: String, from start: Int, to end: Int)
        throws(AWSError) -> [Summary]
    {
        let question: [JSONValue.Member] = [
            .init("StartTime", .integer(start)), .init("EndTime", .integer(end)),
            .init("FilterExpression", .string("annotation.\(annotation) = \"\(value)\"")),
        ]
        return try list("GetTraceSummaries", "/TraceSummaries", question, "TraceSummaries")
            .compactMap { summary in
                summary["Id"]?.string.map { id in
                    Summary(
                        id: id, durationSeconds: summary["Duration"]?.double ?? 0,
                        hasFault: summary["HasFault"]?.bool ?? false)
                }
            }
    }

    /// The documents of a trace's segments and separate subsegments, in no order
    /// (`BatchGetTraces`).
    func segments(of trace: String) throws(AWSError) -> [JSONValue] {
        let question = JSONValue.Member("TraceIds", [.string(trace)])
        return try list("BatchGetTraces", "/Traces", [question], "Traces")
            .flatMap { $0["Segments"]?.array ?? [] }
            .compactMap { segment in
                // A segment that is not JSON is not shown.
                segment["Document"]?.string.flatMap { try? JSONValue(parsing: $0) }
            }
    }

    /// The elements of this member of all pages.
    private func list(
        _ operation: String, _ target: String, _ question: [JSONValue.Member], _ member: String
    ) throws(AWSError) -> [JSONValue] {
        try Pages(of: CallName("XRay", operation)) { (next: String?) throws(AWSError) in
            let more = next.map { [JSONValue.Member("NextToken", .string($0))] } ?? []
            let answer = try rest.post(operation, target, .object(question + more))
            return (answer[member]?.array ?? [], answer["NextToken"]?.string)
        }.all().flatMap { $0 }
    }

    /// The log group that has the spans of all traces where Transaction Search is on.
    static let spanGroup = "aws/spans"

    /// The destination of trace segments.
    struct Destination: Equatable, Sendable {
        /// `XRay` or `CloudWatchLogs`.
        let place: String
        /// `PENDING` or `ACTIVE`.
        let status: String

        /// Whether Transaction Search is on: X-Ray's own search then finds few of the traces.
        var isSearchedInLogs: Bool { place == "CloudWatchLogs" }
    }

    /// `GetTraceSegmentDestination`
    func destination() throws(AWSError) -> Destination {
        Destination(try rest.post("GetTraceSegmentDestination", "/GetTraceSegmentDestination", [:]))
    }

    /// `UpdateTraceSegmentDestination`
    func sendTracesToLogs() throws(AWSError) -> Destination {
        Destination(
            try rest.post(
                "UpdateTraceSegmentDestination", "/UpdateTraceSegmentDestination",
                ["Destination": "CloudWatchLogs"]))
    }
}

extension XRay.Destination {
    fileprivate init(_ answer: AWSAnswer<JSONValue>) {
        place = answer["Destination"]?.string ?? ""
        status = answer["Status"]?.string ?? ""
    }
}
