internal import AWS
internal import HTTP
internal import JSON

/// How does a pipe stand?
/// (https://docs.aws.amazon.com/eventbridge/latest/pipes-reference/API_DescribePipe.html)
struct Pipes {
    private let client: AWSClient
    private let endpoint: String

    init(_ session: AWSSession) {
        client = session.client(signingName: "pipes")
        endpoint =
            session.endpointOverride("PIPES") ?? "https://pipes.\(session.region).amazonaws.com"
    }

    struct Pipe: Equatable, Sendable {
        /// `RUNNING`, `STOPPED`, `STARTING`, …
        let state: String
        /// Why it is so; empty where AWS says nothing.
        let reason: String
        let source: String
        let enrichment: String
        let target: String
        let batchSize: Int?
    }

    /// nil where there is none of that name (`DescribePipe`).
    func pipe(_ name: String) throws(AWSError) -> Pipe? {
        let request = HTTPRequest(
            .get, "\(endpoint)/v1/pipes/\(PercentEncoding.encode(name))",
            name: CallName("Pipes", "DescribePipe"))
        let answer: JSONValue
        do {
            answer = try client.read(request)
        } catch  where error.code == "NotFoundException" {
            return nil
        }
        guard let state = answer["CurrentState"]?.string else {
            throw .lacking("CurrentState", in: request.name)
        }
        return Pipe(
            state: state, reason: answer["StateReason"]?.string ?? "",
            source: answer["Source"]?.string ?? "",
            enrichment: answer["Enrichment"]?.string ?? "",
            target: answer["Target"]?.string ?? "",
            batchSize: answer["SourceParameters"]?["SqsQueueParameters"]?["BatchSize"]?.integer)
    }
}
