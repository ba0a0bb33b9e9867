internal import AWS
internal import JSON

/// What did X-Ray record of one mail?
struct TraceFinding: Equatable {
    let id: String
    let durationSeconds: Double
    let hasFault: Bool
    /// The parts' names, each once, in the order of their beginning.
    let parts: [String]

    /// X-Ray is asked for a day at most.
    private static let searchSeconds = 86_400

    /// The traces that began around the mail's first sign of life.
    /// - Parameter arrival: epoch seconds; nil finds nothing.
    static func find(_ messageID: String, arrival: Int?, _ session: AWSSession) throws(AWSError)
        -> [TraceFinding]
    {
        guard let arrival else { return [] }
        let xray = XRay(session)
        let start = arrival - 3600
        let summaries = try xray.summaries(
            annotation: "messageId", value: messageID, from: start, to: start + searchSeconds)
        var findings: [TraceFinding] = []
        for summary in summaries.prefix(5) {
            findings.append(TraceFinding(summary, try xray.segments(of: summary.id)))
        }
        return findings
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
            "id": .string(id), "durationMs": .integer(Int(durationSeconds * 1000)),
            "hasFault": .bool(hasFault), "parts": .array(parts.map { .string($0) }),
        ]
    }

    var row: [String] {
        [
            id, "\(Int(durationSeconds * 1000)) ms", hasFault ? "fault" : "",
            parts.joined(separator: " → "),
        ]
    }
}
