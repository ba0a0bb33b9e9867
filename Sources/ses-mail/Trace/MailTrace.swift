internal import AWS
internal import JSON

/// What is known of one mail?
struct MailTrace {
    struct DeadLetter: Equatable {
        let queue: String
        let message: SQS.Message
    }

    let messageID: String
    let bucket: String
    let object: BucketService.Object?
    /// In the table's order.
    let ledger: [Item]
    /// What the router decided, each time.
    let decisions: [RoutingLogLine]
    let log: [LogLine]
    let deadLetters: [DeadLetter]
    let traces: [TraceFinding]

    init(_ messageID: String, since: Since, _ deployment: Deployment) throws {
        self.messageID = messageID
        let session = deployment.session
        bucket = try deployment.bucketName()
        object = try BucketService(session, bucket: bucket).object(StoredMail.key(of: messageID))
        ledger = try ["BOUNCE#", "GMAIL#"].flatMap { prefix in
            try deployment.database.rows(partition: "MAIL#\(messageID)", sortKeyPrefix: prefix)
        }
        let since = since.epochSeconds * 1000
        let mailLog = MailLog(deployment, sinceMilliseconds: since)
        log = try MailLog.functions.flatMap { try mailLog.lines(of: $0, about: messageID) }
            .sorted { $0.timestamp < $1.timestamp }
        decisions = try RoutingLog(deployment)
            .decisions(of: messageID, sinceMilliseconds: since)
        traces = try TraceFinding.find(
            messageID,
            arrival: (decisions.first?.timestamp ?? log.first?.timestamp).map { $0 / 1000 },
            session)
        deadLetters = try QueueChoice.allCases.filter(\.hasWorkQueue).flatMap { choice in
            let letters = try DeadLetters(choice, deployment)
            // The number is approximate.
            return try letters.look(limit: letters.queue.total + 100)
                .filter { $0.mailID == messageID }
                .map {
                    DeadLetter(queue: choice.deadLetterName(in: deployment.name), message: $0)
                }
        }
    }

    var isEmpty: Bool {
        object == nil && ledger.isEmpty && log.isEmpty && deadLetters.isEmpty
            && decisions.isEmpty
    }

    var json: JSONValue {
        [
            "messageId": .string(messageID),
            "object": object.map {
                [
                    "bucket": .string(bucket), "key": .string($0.key),
                    "size": .integer($0.byteCount), "lastModified": .string($0.lastModified),
                ]
            } ?? .null,
            "ledger": .array(
                ledger.map { row in
                    [
                        "effect": .string(row["SK"]?.string ?? ""),
                        "state": .string(row["state"]?.string ?? ""),
                    ]
                }),
            "decisions": .array(decisions.map(\.json)),
            "log": .array(
                log.map { line in
                    .object(
                        [
                            .init("function", .string(line.source.name)),
                            .init("timestamp", .string(Clock.text(line.timestamp / 1000))),
                            .init("level", .string(line.level)),
                            .init("message", .string(line.message)),
                        ] + line.findings)
                }),
            "deadLetters": .array(
                deadLetters.map {
                    [
                        "queue": .string($0.queue), "id": .string($0.message.id),
                        "sentAt": .string(Clock.text($0.message.sentAt / 1000)),
                    ]
                }),
            "traces": .array(traces.map(\.json)),
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

extension MailTrace {
    /// What is printed, part by part.
    var sections: [(title: String, rows: [[String]])] {
        let nothing = [["nothing"]]
        let stored = object.map { object in
            [["s3://\(bucket)/\(object.key)", "\(object.byteCount) bytes", object.lastModified]]
        }
        let effects = ledger.map { row in
            let isDone = row["state"]?.string == "done"
            let until = row["until"]?.integer.map { " until \(Clock.text($0 / 1000))" } ?? ""
            return [row["SK"]?.string ?? "", isDone ? "done" : "claimed\(until)"]
        }
        let lines = log.map { line in
            [
                Clock.text(line.timestamp / 1000), line.source.name, line.level, line.message,
                line.findings.map { "\($0.name)=\($0.value.string ?? "")" }.joined(separator: " "),
            ]
        }
        let decided = decisions.map { line in
            let words = line.targets?.map { "\($0.recipient): \($0.action)" }
            return [
                Clock.text(line.timestamp / 1000),
                words?.joined(separator: ", ") ?? "for whom cannot be read",
            ]
        }
        let letters = deadLetters.map {
            [$0.queue, "since \(Clock.text($0.message.sentAt / 1000))", $0.message.id]
        }
        return [
            ("STORED", stored ?? [["not there: imported, or older than the retention"]]),
            ("LEDGER", effects.isEmpty ? nothing : effects),
            ("DECIDED", decided.isEmpty ? nothing : decided),
            ("LOG", lines.isEmpty ? nothing : lines),
            ("DEAD LETTERS", letters.isEmpty ? nothing : letters),
            ("X-RAY", traces.isEmpty ? nothing : traces.map(\.row)),
        ]
    }
}
