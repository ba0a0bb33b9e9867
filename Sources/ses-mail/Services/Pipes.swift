internal import AWS
internal import JSON
internal import Text

/// The state of a pipe.
/// (https://docs.aws.amazon.com/eventbridge/latest/pipes-reference/API_DescribePipe.html)
struct Pipes {
    private let rest: RESTProtocol

    init(_ session: AWSSession) {
        rest = RESTProtocol(session, "Pipes", host: "pipes", variable: "PIPES")
    }

    struct Pipe: Equatable, Sendable {
        /// `RUNNING`, `STOPPED`, `STARTING`, …
        var state = ""
        /// The reason for it; empty if AWS gives none.
        var reason = ""
        var source = ""
        var enrichment = ""
        var target = ""
        var batchSize: Int?
    }

    /// nil if there is none of that name (`DescribePipe`).
    func pipe(_ name: String) throws(AWSError) -> Pipe? {
        let answer = try AWSError.orNil("NotFoundException") { () throws(AWSError) in
            try rest.get("DescribePipe", "/v1/pipes/\(PercentEncoding.encode(name))")
        }
        guard let answer else { return nil }
        return Pipe(
            state: try answer.required("CurrentState", \.string),
            reason: answer["StateReason"]?.string ?? "",
            source: answer["Source"]?.string ?? "",
            enrichment: answer["Enrichment"]?.string ?? "",
            target: answer["Target"]?.string ?? "",
            batchSize: answer["SourceParameters"]?["SqsQueueParameters"]?["BatchSize"]?.integer)
    }
}
