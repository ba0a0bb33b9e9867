internal import HTTP
internal import JSON
package import Logging
internal import Text
package import Process

/// One JSON object a line, in the fields that Lambda's own filter reads (`timestamp`, `level`).
package struct JSONLogHandler: LogHandler {
    package var metadata: Logger.Metadata = [:]
    package var logLevel: Logger.Level
    private let function: String
    private let write: @Sendable (String) -> Void

    package init(
        function: String, level: Logger.Level,
        write: @escaping @Sendable (String) -> Void
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
        var line = JSONWriter()
        line.object { line in
            line.member("timestamp", WallClock.now.rfc3339Milliseconds)
            line.member("level", event.level.lambdaName)
            line.member("message", event.message.description)
            line.member("function", function)
            for (key, value) in metadata { write(key, value, to: &line) }
            for (key, value) in event.metadata ?? [:] { write(key, value, to: &line) }
        }
        write(line.text)
    }

    private func write(_ key: String, _ value: Logger.MetadataValue, to line: inout JSONWriter) {
        line.name(key)
        switch value {
        case .string(let text): line.string(text)
        case .stringConvertible(let number as Int): line.integer(number)
        case .stringConvertible(let number as Double): line.double(number)
        default: line.string(value.description)
        }
    }
}

extension Logger.Level {
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

extension Environment {
    /// The level of `AWS_LAMBDA_LOG_LEVEL`, in Lambda's words and any ASCII case; INFO where it is
    /// not set.
    package func logLevel() throws(ConfigurationError) -> Logger.Level {
        let name = "AWS_LAMBDA_LOG_LEVEL"
        guard let text = optional(name) else { return .info }
        let levels: [Logger.Level] = [.trace, .debug, .info, .warning, .error, .critical]
        for level in levels where level.lambdaName.equalsIgnoringASCIICase(text) { return level }
        throw .unknown(name, value: text, known: levels.map(\.lambdaName))
    }
}
