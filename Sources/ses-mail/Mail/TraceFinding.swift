internal import AWS
internal import JSON

/// A trace of one mail, as X-Ray recorded it.
struct TraceFinding: Equatable {
    let id: String
    let durationSeconds: Double
    let hasFault: Bool
    /// The parts' names, each once, in the order of their beginning.
    let parts: [String]

    /// X-Ray searches a day at most.
    private static let searchSeconds = 86_400

    /// The most traces that are read. A mail that ends as a dead letter has about thirty.
    static let limit = 40

    /// The traces that began around the mail's arrival, at most `limit` of them, and their number.
    /// - Parameter arrival: epoch seconds.
    static func find(_ messageID: String, arrival: Int, _ session: AWSSession) throws(AWSError)
        -> (traces: [TraceFinding], total: Int)
    {
        let xray = XRay(session)
        let start = arrival - 3600
        let summaries = try xray.summaries(
            annotation: "messageId", value: messageID, from: start, to: start + searchSeconds)
        var findings: [TraceFinding] = []
        for summary in summaries.prefix(limit) {
            findings.append(TraceFinding(summary, try xray.segments(of: summary.id)))
        }
        return (findings, summaries.count)
    }

    /// The remark on a missing trace: with Transaction Search, X-Ray indexes few of them.
    static func notIndexed(_ messageID: String, _ deployment: Deployment) -> String {
        "not indexed: with Transaction Search, X-Ray indexes only a part of the traces. The spans "
            + "of all traces are in the log group \(XRay.spanGroup). Find those of this mail with: "
            + deployment.aws(
                "logs filter-log-events --log-group-name \(XRay.spanGroup) --filter-pattern "
                    + "'\"\(messageID)\"'")
    }

    init(_ summary: XRay.Summary, _ segments: [JSONValue]) {
        id = summary.id
        durationSeconds = summary.durationSeconds
        hasFault = summary.hasFault
        parts =
            segments.sorted {
                ($0["start_time"]?.double ?? 0) < ($1["start_time"]?.double ?? 0)
            }.compactMap { $0["name"]?.string }.uniqued
    }

    var json: JSONValue {
        [
            "id": id.json, "duration_ms": Int(durationSeconds * 1000).json,
            "has_fault": hasFault.json, "parts": parts.json,
        ]
    }

    var row: [String] {
        [
            id, "\(Int(durationSeconds * 1000)) ms", hasFault ? "fault" : "",
            parts.joined(separator: " → "),
        ]
    }
}
