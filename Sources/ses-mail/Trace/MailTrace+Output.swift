internal import AWS
internal import JSON
internal import Mail

extension MailTrace {
    /// One part as it is printed: its rows, and the remarks below them.
    struct Section {
        let title: String
        let rows: [[String]]
        let remarks: [TraceRemark]

        fileprivate init<Finding>(
            _ part: TracePart<Finding>, without nothing: String = "nothing",
            _ row: (Finding) -> [String]
        ) {
            title = part.title
            remarks = part.remarks
            // Nothing is known of a part that was not read.
            let isUnread = part.found.isEmpty && !part.remarks.isEmpty
            rows = part.found.isEmpty && !isUnread ? [[nothing]] : part.found.map(row)
        }
    }

    var sections: [Section] {
        [
            Section(object, without: "not stored: imported, or older than the retention") {
                object in
                ["s3://\(bucket)/\(object.key)", "\(object.byteCount) bytes", object.lastModified]
            },
            Section(ledger) { row in
                let until = row["until"]?.integer.map { " until \(Clock.text($0 / 1000))" } ?? ""
                let state = row["state"]?.string ?? ""
                return [
                    row["SK"]?.string ?? "", state == "claimed" ? "\(state)\(until)" : state,
                    row["reason"]?.string ?? "",
                ]
            },
            Section(decisions) { line in
                let words = line.targets?.map { "\($0.recipient): \($0.action)" }
                return [
                    Clock.text(line.timestamp / 1000),
                    line.isCanary
                        ? "the canary: forward-to-gmail"
                        : words?.joined(separator: ", ") ?? "the recipients cannot be read",
                ]
            },
            Section(log) { line in
                [
                    Clock.text(line.timestamp / 1000), line.source.name, line.level, line.message,
                    line.findings.map { "\($0.name)=\($0.value.string ?? "")" }
                        .joined(separator: " "),
                ]
            },
            Section(deadLetters) { letter in
                [
                    letter.queue, "since \(Clock.text(letter.message.sentAt / 1000))",
                    letter.message.id,
                ]
            },
            Section(traces, \.row),
        ]
    }

    /// The titles of the parts that were not read, or not to their end.
    var unreadParts: [String] {
        sections.filter { $0.remarks.contains(where: \.severity.isFinding) }.map(\.title)
    }

    var json: JSONValue {
        let effect: Columns<Item> = [
            .data("effect") { $0["SK"]?.string ?? "" },
            .data("state") { $0["state"]?.string ?? "" },
            .data("reason") { $0["reason"]?.string },
        ]
        let letter: Columns<DeadLetter> = [
            .data("queue", \.queue), .data("id", \.message.id),
            .data("sent_at") { Clock.text($0.message.sentAt / 1000) },
        ]
        let line: Columns<LogLine> = [
            .data("function", \.source.name),
            .data("timestamp") { Clock.text($0.timestamp / 1000) },
            .data("level", \.level), .data("message", \.message),
        ]
        return [
            "message_id": messageID.json,
            "object": object.found.first.map { object -> JSONValue in
                [
                    "bucket": bucket.json, "key": object.key.json, "size": object.byteCount.json,
                    "last_modified": object.lastModified.json,
                ]
            }.json,
            "ledger": effect.array(ledger.found), "decisions": decisions.found.map(\.json).json,
            "log": .array(log.found.map { .object(line.members($0) + $0.findings) }),
            "dead_letters": letter.array(deadLetters.found),
            "traces": traces.found.map(\.json).json,
            "remarks": .array(
                sections.flatMap { section in
                    section.remarks.map { remark in
                        [
                            "part": section.title.json, "severity": remark.severity.json,
                            "detail": remark.words.json,
                        ]
                    }
                }),
        ]
    }
}

extension RoutingLogLine {
    fileprivate var json: JSONValue {
        let target: Columns<Target> = [
            .data("recipient", \.recipient), .data("action", \.action),
        ]
        return [
            "timestamp": Clock.text(timestamp / 1000).json,
            "targets": targets.map { target.array($0) }.json,
        ]
    }
}

extension LogLine {
    /// The result of the function.
    fileprivate var findings: [JSONValue.Member] {
        fields.filter { ["outcome", "action", "rule", "reason"].contains($0.name) }
    }
}
