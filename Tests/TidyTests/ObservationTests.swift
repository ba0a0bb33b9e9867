import Foundation
import TestSupport
import Testing

/// What is watched is emitted, and what is emitted is watched.
struct ObservationTests {
    /// Every metric that a function counts.
    private static let counted = Set(SourceTree.countedMetrics)

    /// What AWS counts, and by what.
    private static let countedByAWS: Set<String> = [
        "ApproximateAgeOfOldestMessage", "ApproximateNumberOfMessagesVisible", "Duration",
        "Errors", "ExecutionFailed", "ExecutionTimeout", "FailedInvocations", "Invocations",
        "InvocationsSentToDlq", "NumberOfNotificationsFailed", "FunctionName", "QueueName",
        "TopicName",
    ]

    @Test("Alarms and widgets show what is counted")
    func metrics() throws {
        for file in ["alarms", "dashboard"] {
            let named = try Self.metricsNamed(in: file)
            #expect(named.count >= 5, "\(file).tf")
            let unknown = named.subtracting(Self.counted).subtracting(Self.countedByAWS)
            #expect(unknown == [], "\(file).tf")
        }
    }

    @Test("What is counted is on the dashboard or in an alarm")
    func watched() throws {
        let watching = try Self.metricsNamed(in: "alarms")
            .union(Self.metricsNamed(in: "dashboard"))
            .union(Self.metricsNamed(in: "canary"))
        #expect(Self.counted.count >= 16)
        #expect(Self.counted.subtracting(watching) == [])
    }

    @Test("Saved queries and the dashboard's ask for fields that are logged")
    func fields() throws {
        let known = try Self.logged.union(Self.loggedByAWS).union(Self.loggedOfEvents())
        for file in ["queries", "dashboard"] {
            let asked = Self.fieldsAsked(in: try Self.terraform(file))
            #expect(asked.count >= 5, "\(file).tf")
            #expect(asked.subtracting(known) == [], "\(file).tf")
        }
    }

    @Test("A query's fields are told from its words, its texts and its own names")
    func reading() {
        let text = #"""
                "filter outcome = \"failed\" or level in [\"ERROR\"]",
                "stats count(*) as tries, latest(reason) as last by @log, record.status",
                "sort tries desc",
                "limit 100",
            """#
        let expected: Set = ["outcome", "level", "reason", "@log", "record.status"]
        #expect(Self.fieldsAsked(in: text) == expected)
    }
}

extension ObservationTests {
    private static func terraform(_ name: String) throws -> String {
        try Repository.text("terraform/modules/ses-mail/\(name).tf")
    }

    /// Texts that are written like the name of a metric, but for those that say how it is shown.
    private static func metricsNamed(in name: String) throws -> Set<String> {
        let lines = try terraform(name).split(separator: "\n").filter { line in
            !line.contains(/\b(label|stat|statistic|comparison|comparison_operator) +=/)
        }
        return Set(
            lines.joined(separator: "\n").matches(of: /"([A-Z][a-z]*[A-Z]?\w+)"/)
                .map { String($0.output.1) })
    }

    /// Of Logs Insights, and of Lambda's own lines.
    private static let loggedByAWS: Set<String> = [
        "@log", "@timestamp", "record.metrics.durationMs", "record.metrics.maxMemoryUsedMB",
        "record.status", "type",
    ]

    /// What the functions' lines hold: the log handler's own, and what they are given.
    private static let logged: Set<String> = {
        let writing = SourceTree.shipped.filter { file in
            ["Delivery", "Lambda"].contains(file.module)
                || SourceTree.functions.subtracting(["ses-mail"]).contains(file.module)
        }
        let text = writing.map(\.text).joined(separator: "\n")
        let patterns = [
            /line\.member\("(\w+)"/, /metadataKey: "(\w+)"\]/, /fields\["(\w+)"\] =/,
            /"(\w+)": (?:"|\.stringConvertible)/,
        ]
        return Set(patterns.flatMap { text.matches(of: $0).map { String($0.output.1) } })
    }()

    /// What a line about an event on the bus holds.
    private static func loggedOfEvents() throws -> Set<String> {
        Set(try terraform("routing").matches(of: /\\"(\w+)\\":/).map { String($0.output.1) })
    }

    /// Of the lines of queries: `"fields a, b"`, `"filter …"`, `"stats …"`, `"sort …"`.
    private static func fieldsAsked(in text: String) -> Set<String> {
        var names: Set<String> = [
            "fields", "filter", "stats", "sort", "by", "as", "in", "or", "and", "asc", "desc",
            "ispresent", "count", "avg", "min", "max", "pct", "latest",
        ]
        var asked: Set<String> = []
        for match in text.matches(of: /(?m)^ +"((?:fields|filter|stats|sort) .*)",$/) {
            let line = match.output.1.replacing(/\\"[^"]*\\"/, with: "")
            names.formUnion(line.matches(of: /\bas (\w+)/).map { String($0.output.1) })
            asked.formUnion(line.matches(of: /@?[A-Za-z][\w.]*/).map { String($0.output) })
        }
        return asked.subtracting(names)
    }
}
