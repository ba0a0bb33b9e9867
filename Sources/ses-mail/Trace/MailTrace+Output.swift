internal import AWS
internal import JSON

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
            // Of a part that was not read, nothing can be said.
            let isUnread = part.found.isEmpty && !part.remarks.isEmpty
            rows = part.found.isEmpty && !isUnread ? [[nothing]] : part.found.map(row)
        }
    }

    var sections: [Section] {
        [
            Section(object, without: "not there: imported, or older than the retention") { object in
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
        [
            "messageId": .string(messageID),
            "object": object.found.first.map {
                [
                    "bucket": .string(bucket), "key": .string($0.key),
                    "size": .integer($0.byteCount), "lastModified": .string($0.lastModified),
                ]
            } ?? .null,
            "ledger": .array(
                ledger.found.map { row in
                    .object(
                        [
                            .init("effect", .string(row["SK"]?.string ?? "")),
                            .init("state", .string(row["state"]?.string ?? "")),
                        ] + (row["reason"]?.string.map { [.init("reason", .string($0))] } ?? []))
                }),
            "decisions": .array(decisions.found.map(\.json)),
            "log": .array(
                log.found.map { line in
                    .object(
                        [
                            .init("function", .string(line.source.name)),
                            .init("timestamp", .string(Clock.text(line.timestamp / 1000))),
                            .init("level", .string(line.level)),
                            .init("message", .string(line.message)),
                        ] + line.findings)
                }),
            "deadLetters": .array(
                deadLetters.found.map {
                    [
                        "queue": .string($0.queue), "id": .string($0.message.id),
                        "sentAt": .string(Clock.text($0.message.sentAt / 1000)),
                    ]
                }),
            "traces": .array(traces.found.map(\.json)),
            "remarks": .array(
                sections.flatMap { section in
                    section.remarks.map { remark in
                        [
                            "part": .string(section.title),
                            "severity": .string(remark.severity.rawValue),
                            "remark": .string(remark.words),
                        ]
                    }
                }),
        ]
    }
}

extension RoutingLogLine {
    fileprivate var json: JSONValue {
        [
            "timestamp": .string(Clock.text(timestamp / 1000)),
            "targets": targets.map { targets in
                .array(
                    targets.map {
                        ["recipient": .string($0.recipient), "action": .string($0.action)]
                    })
            } ?? .null,
        ]
    }
}

extension LogLine {
    /// What the function came to.
    fileprivate var findings: [JSONValue.Member] {
        fields.filter { ["outcome", "action", "rule", "reason"].contains($0.name) }
    }
}
