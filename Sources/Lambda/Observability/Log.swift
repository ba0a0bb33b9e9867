package import Logging

/// One JSON object a line, in the fields that Lambda's own filter reads (`timestamp`, `level`).
package struct JSONLogHandler: LogHandler {
    package var metadata: Logger.Metadata = [:]
    package var logLevel: Logger.Level
    private let function: String
    private let write: @Sendable (String) -> Void

    package init(
        function: String, level: Logger.Level,
        write: @escaping @Sendable (String) -> Void = StandardOutput.write
    ) {
        self.function = function
        logLevel = level
        self.write = write
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        var line = JSONObject()
        line.add("timestamp", WallClock.rfc3339(epochSeconds: WallClock.epochSeconds()))
        line.add("level", event.level.lambdaName)
        line.add("message", event.message.description)
        line.add("function", function)
        let fields = metadata.merging(event.metadata ?? [:]) { $1 }
        for (key, value) in fields.sorted(by: { $0.key < $1.key }) {
            switch value {
            case .stringConvertible(let number as Int): line.add(key, number)
            case .stringConvertible(let number as Double): line.add(key, number)
            default: line.add(key, value.description)
            }
        }
        write(line.text)
    }
}

extension Logger.Level {
    /// `AWS_LAMBDA_LOG_LEVEL`'s words; INFO where it is not set or unknown.
    package init(lambda name: String?) {
        switch name {
        case "TRACE"?: self = .trace
        case "DEBUG"?: self = .debug
        case "WARN"?: self = .warning
        case "ERROR"?: self = .error
        case "FATAL"?: self = .critical
        default: self = .info
        }
    }

    var lambdaName: String {
        switch self {
        case .trace: "TRACE"
        case .debug: "DEBUG"
        case .info, .notice: "INFO"
        case .warning: "WARN"
        case .error: "ERROR"
        case .critical: "FATAL"
        }
    }
}
