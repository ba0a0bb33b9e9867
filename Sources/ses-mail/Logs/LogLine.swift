internal import AWS
internal import HTTP
internal import JSON
internal import Mail
internal import Text

/// One event of a log group, as a person reads it.
struct LogLine: Equatable {
    enum Kind: Equatable {
        /// A line of a function, the bus or the pipe.
        case line
        /// The report that a function died or was stopped.
        case crash
        /// A line of Lambda's own, or a function's count.
        case noise
    }

    let source: LogSource
    /// The log stream: one for each instance of a function.
    let stream: String
    /// Epoch milliseconds.
    let timestamp: Int
    let kind: Kind
    /// The level in capitals; empty if the line has none.
    let level: String
    let message: String
    /// The other fields, in the order of `fieldNames`.
    let fields: [JSONValue.Member]

    /// The fields of the functions' lines, then those of the pipe.
    private static let fieldNames = [
        "messageId", "outcome", "action", "rule", "reason", "durationMs", "requestId", "errorType",
        "errorMessage", "executionId", "error",
    ]

    init(_ event: CloudWatchLogs.Event, from source: LogSource) {
        self.source = source
        stream = event.stream
        timestamp = event.timestamp
        if source == .bus, let decision = RoutingLogText(event.message) {
            (kind, level, message) = (.line, "", "decision")
            fields = [
                .init("messageId", .string(decision.messageID)),
                decision.field,
            ]
            return
        }
        // Text that is not JSON is from Lambda, or the last words of a process.
        guard let json = try? JSONValue(parsing: event.message), json.members != nil
        else {
            let text = event.message.asOneLine
            kind = LogLine.isLastWord(text) ? .crash : .noise
            (level, message, fields) = (kind == .crash ? "FATAL" : "", text, [])
            return
        }
        if let record = json["record"], let type = json["type"]?.string, type.hasPrefix("platform.")
        {
            let status = record["status"]?.string ?? ""
            let isCrash =
                type == "platform.report" && Trouble.statuses.contains(status)
            kind = isCrash ? .crash : .noise
            level = isCrash ? "ERROR" : ""
            message =
                !isCrash
                ? event.message.asOneLine
                : status == "timeout" ? "Lambda: the time was up" : "Lambda: the invocation failed"
            fields = isCrash ? LogLine.known(in: record) : []
            return
        }
        if json["_aws"] != nil {
            (kind, level, message, fields) = (.noise, "", event.message.asOneLine, [])
            return
        }
        kind = .line
        level = (json["level"] ?? json["logLevel"])?.string ?? ""
        let own = (json["message"] ?? json["messageType"])?.string
        message = own ?? event.message.asOneLine
        fields = LogLine.known(in: json)
    }

    private static func known(in json: JSONValue) -> [JSONValue.Member] {
        fieldNames.compactMap { name in json[name].map { JSONValue.Member(name, $0) } }
    }

    private static func isLastWord(_ text: String) -> Bool {
        Trouble.lastWords.contains { text.containsBytes(of: $0) }
    }
}

extension LogLine {
    /// Whether somebody should look at it.
    var isTrouble: Bool { kind == .crash || Trouble.levels.contains(level) }

    func isAbout(_ messageID: String) -> Bool {
        fields.contains { $0.name == "messageId" && $0.value.string == messageID }
            || source == .pipe && message.containsBytes(of: messageID)
    }

    /// Columns and `key=value`, always in one line.
    /// - Parameter width: the width of the widest source's name.
    func text(width: Int) -> String {
        let name = source.name.padded(to: width)
        let pairs = fields.map { "  \($0.name)=\($0.value.shown)" }.joined()
        return "\(Clock.exactText(timestamp))  \(name)  \(level.padded(to: 5))  "
            + "\(message)\(pairs)".printable
    }

    /// The colour of the line.
    var severity: Severity? {
        switch level {
        case "ERROR", "FATAL": .error
        case "WARN": .warning
        case "DEBUG", "TRACE", "": .note
        default: nil
        }
    }

    /// The line as a document; the fields keep the names that the functions log.
    var json: JSONValue {
        .object(
            [
                .init("timestamp", Clock.exactText(timestamp).json),
                .init("source", source.name.json), .init("level", level.json),
                .init("message", message.json),
            ] + fields)
    }
}

extension Clock {
    /// `2025-01-18T10:00:00.123Z`
    static func exactText(_ milliseconds: Int) -> String {
        UTCTime(epochMilliseconds: milliseconds).rfc3339Milliseconds
    }
}

extension JSONValue {
    /// The value behind `key=`: a text with a space in quotation marks, a number with one decimal
    /// place.
    fileprivate var shown: String {
        switch self {
        case .string(let text):
            let isPlain = !text.isEmpty && !text.utf8.contains { [0x20, 0x22, 0x3D].contains($0) }
            return isPlain ? text : String(decoding: bytes, as: UTF8.self)
        case .number(let digits):
            guard let point = digits.utf8.firstIndex(of: UInt8(ascii: ".")),
                !digits.utf8.contains(UInt8(ascii: "e"))
            else { return digits }
            return String(digits[...point].dropLast())
                + digits[point...].prefix(2)
        default: return String(decoding: bytes, as: UTF8.self)
        }
    }
}

extension String {
    fileprivate var asOneLine: String {
        let tail = utf8.drop { $0 <= 0x20 }
        let end = tail.lastIndex { $0 > 0x20 }.map { tail.index(after: $0) }
        return String(decoding: tail[..<(end ?? tail.startIndex)], as: UTF8.self)
    }

    fileprivate func padded(to width: Int) -> String {
        self + String(repeating: " ", count: Swift.max(0, width - count))
    }
}

/// The signs of lines that somebody should look at, and the patterns by which CloudWatch Logs finds
/// them.
enum Trouble {
    static let levels = ["WARN", "ERROR", "FATAL"]

    /// The statuses in Lambda's report of an invocation that failed.
    static let statuses = ["error", "failure", "timeout"]

    /// The words that Lambda writes in its text format, and Swift before it ends a process.
    /// https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-invocation.html
    static let lastWords = [
        "Task timed out", "Runtime exited", "Runtime.ExitError", "Runtime.InvalidEntrypoint",
        "Fatal error:", "Program crashed",
    ]

    /// The filter patterns that together find all of these lines, and a few others. One pattern can
    /// test either fields of JSON or words of a text.
    static var patterns: [String] {
        let conditions =
            ["level", "logLevel"].flatMap { name in levels.map { "$.\(name) = \"\($0)\"" } }
            + statuses.map { "$.record.status = \"\($0)\"" }
        return [
            "{ \(conditions.joined(separator: " || ")) }",
            lastWords.map { "?\"\($0)\"" }.joined(separator: " "),
        ]
    }
}
