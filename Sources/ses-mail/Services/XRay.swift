internal import AWS
internal import HTTP
internal import JSON

/// The calls that we make of X-Ray, for operators
/// (https://docs.aws.amazon.com/xray/latest/api/API_Operations.html).
struct XRay {
    private let client: AWSClient
    private let endpoint: String

    init(_ session: AWSSession) {
        client = session.client(signingName: "xray")
        endpoint =
            session.endpointOverride("XRAY") ?? "https://xray.\(session.region).amazonaws.com"
    }

    /// One trace in short.
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
        var found: [Summary] = []
        var next: String?
        for _ in 0..<20 {
            var question: [JSONValue.Member] = [
                .init("StartTime", .integer(start)), .init("EndTime", .integer(end)),
                .init("FilterExpression", .string("annotation.\(annotation) = \"\(value)\"")),
            ]
            if let next { question.append(.init("NextToken", .string(next))) }
            let answer = try call("TraceSummaries", .object(question), "GetTraceSummaries")
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
        let answer = try call("Traces", ["TraceIds": [.string(trace)]], "BatchGetTraces")
        return (answer["Traces"]?.array?.first?["Segments"]?.array ?? []).compactMap { segment in
            // What is no document is not shown.
            segment["Document"]?.string.flatMap { try? JSONValue(parsing: Array($0.utf8)) }
        }
    }

    private func call(
        _ path: String, _ input: JSONValue, _ operation: String
    ) throws(AWSError) -> JSONValue {
        let request = HTTPRequest(
            .post, "\(endpoint)/\(path)", headers: ["Content-Type": "application/json"],
            body: HTTPBody(input.bytes), name: CallName("XRay", operation))
        let response = try client.send(request)
        do {
            return try JSONValue(parsing: response.body)
        } catch {
            throw .undecodable(request.name, reason: error.description)
        }
    }
}
