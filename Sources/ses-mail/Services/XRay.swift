internal import AWS
internal import JSON

/// The calls that we make of X-Ray, for operators
/// (https://docs.aws.amazon.com/xray/latest/api/API_Operations.html).
struct XRay {
    private let rest: RESTService

    init(_ session: AWSSession) {
        rest = RESTService(session, "XRay", host: "xray", variable: "XRAY")
    }

    /// One trace in short.
    struct Summary: Equatable, Sendable {
        let id: String
        let durationSeconds: Double
        let hasFault: Bool
    }

    /// The traces that began within these epoch seconds, a day at most, and have that annotation
    /// (`GetTraceSummaries`); of twenty pages, which may be empty.
    func summaries(annotation: String, value: String, from start: Int, to end: Int)
        throws(AWSError) -> [Summary]
    {
        var found: [Summary] = []
        var next: String?
        for _ in 0..<20 {
            var question: [JSONValue.Member] = [
                .init("StartTime", .integer(start)), .init("EndTime", .integer(end)),
                .init("FilterExpression", .string("annotation.\(annotation) = \"\(value)\"")),
            ]
            if let next { question.append(.init("NextToken", .string(next))) }
            let answer = try rest.post("GetTraceSummaries", "/TraceSummaries", .object(question))
            found += (answer["TraceSummaries"]?.array ?? []).compactMap { summary in
                summary["Id"]?.string.map { id in
                    Summary(
                        id: id, durationSeconds: summary["Duration"]?.double ?? 0,
                        hasFault: summary["HasFault"]?.bool ?? false)
                }
            }
            next = answer["NextToken"]?.string
            if next == nil { break }
        }
        return found
    }

    /// The documents of a trace's segments and subsegments that came alone, in no order
    /// (`BatchGetTraces`).
    func segments(of trace: String) throws(AWSError) -> [JSONValue] {
        let answer = try rest.post("BatchGetTraces", "/Traces", ["TraceIds": [.string(trace)]])
        return (answer["Traces"]?.array?.first?["Segments"]?.array ?? []).compactMap { segment in
            // What is no document is not shown.
            segment["Document"]?.string.flatMap { try? JSONValue(parsing: Array($0.utf8)) }
        }
    }

    /// Where trace segments go.
    struct Destination: Equatable, Sendable {
        /// `XRay` or `CloudWatchLogs`.
        let place: String
        /// `PENDING` or `ACTIVE`.
        let status: String
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
    fileprivate init(_ json: JSONValue) {
        place = json["Destination"]?.string ?? ""
        status = json["Status"]?.string ?? ""
    }
}
