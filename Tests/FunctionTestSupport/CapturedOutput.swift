package import JSON
package import Lambda
package import Logging
internal import Synchronization

/// The lines that a handler wrote: its log and its metrics.
package final class CapturedOutput: Sendable {
    private let content = Mutex<[String]>([])

    package init() {}

    package init(lines: [String]) {
        content.withLock { $0 = lines }
    }

    package var lines: [String] { content.withLock { $0 } }

    @Sendable package func write(_ line: String) {
        content.withLock { $0.append(line) }
    }

    /// With the request's id in every line, as the runtime loop sets it.
    package func logger(level: Logger.Level = .info) -> Logger {
        var logger = Logger(label: "test") { _ in
            JSONLogHandler(function: "test", level: level, write: self.write)
        }
        logger[metadataKey: "requestId"] = "request-1"
        return logger
    }

    package var metrics: Metrics {
        Metrics(namespace: "SESMail/test", epochSeconds: { 0 }, write: write)
    }

    /// The log lines; a line that is no JSON object has no fields.
    package var logs: [JSONValue] {
        lines.map { (try? JSONValue(parsing: Array($0.utf8))) ?? [:] }.filter { $0["_aws"] == nil }
    }

    /// How often each metric was counted, zeros aside.
    package var counts: [String: Int] {
        var counts: [String: Int] = [:]
        for line in lines {
            guard let document = try? JSONValue(parsing: Array(line.utf8)),
                let directive = document["_aws"]?["CloudWatchMetrics"]?.array?.first
            else { continue }
            for metric in directive["Metrics"]?.array ?? [] {
                let name = metric["Name"]?.string ?? ""
                counts[name, default: 0] += document[name]?.integer ?? 0
            }
        }
        return counts.filter { $0.value != 0 }
    }

    /// The values of one field of the log lines that have it.
    package func values(_ field: String) -> [String] {
        logs.compactMap { $0[field]?.string }
    }
}

extension Invocation {
    /// An event as the runtime loop would hand it over.
    package init(
        _ event: [UInt8], deadlineMilliseconds: Int64 = 1_737_194_430_000, trace: String? = nil,
        output: CapturedOutput, level: Logger.Level = .info
    ) {
        self.init(
            requestID: "request-1", deadlineMilliseconds: deadlineMilliseconds,
            trace: trace.flatMap(TraceHeader.init), event: event,
            logger: output.logger(level: level))
    }
}
