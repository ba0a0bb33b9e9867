internal import AWS
internal import Mail

/// All that is known of one mail, part by part. A part that could not be read has a remark, and the
/// other parts are complete.
struct MailTrace {
    struct DeadLetter: Equatable {
        let queue: String
        let message: SQS.Message
    }

    let messageID: String
    let bucket: String
    private(set) var object = TracePart<S3.Object>("STORED")
    /// In the table's order.
    private(set) var ledger = TracePart<Item>("LEDGER")
    /// The router's, oldest first.
    private(set) var decisions = TracePart<RoutingLogLine>("DECIDED")
    private(set) var log = TracePart<LogLine>("LOG")
    private(set) var deadLetters = TracePart<DeadLetter>("DEAD LETTERS")
    private(set) var traces = TracePart<TraceFinding>("X-RAY")

    /// - Parameter since: nil for shortly before the mail was stored, or else two weeks ago.
    /// - Throws: where the account cannot be read, and so nothing else.
    init(_ messageID: String, since: Since?, _ deployment: Deployment) throws {
        self.messageID = messageID
        bucket = try deployment.bucketName()
        readStorage(deployment)
        let range =
            since.map { TimeRange(since: $0.epochSeconds) }
            ?? object.found.first?.modifiedAt.map(TimeRange.init(ofMailStoredAt:))
            ?? TimeRange(since: Since.twoWeeks.epochSeconds)
        readLogs(range, deployment)
        readTraces(deployment)
        for choice in QueueChoice.allCases where choice.hasWorkQueue {
            readDeadLetters(choice, deployment)
        }
    }

    private mutating func readStorage(_ deployment: Deployment) {
        let (key, partition) = (StoredMail.key(of: messageID), "MAIL#\(messageID)")
        let (storage, bucket) = (S3(deployment.session), bucket)
        object.read("the bucket", deployment) {
            try storage.object(key, in: bucket).map { [$0] } ?? []
        }
        ledger.read("the ledger", deployment) {
            try deployment.database.rows(partition: partition)
        }
    }

    private mutating func readLogs(_ range: TimeRange, _ deployment: Deployment) {
        let id = messageID
        decisions.read("the routing log", deployment) {
            try RoutingLog(deployment).decisions(of: id, in: range)
        }
        for function in MailLog.functions {
            log.read("the log of \(function.rawValue)", deployment) {
                try MailLog(deployment, range).lines(of: function, about: id)
            }
        }
        log.found.sort { $0.timestamp < $1.timestamp }
    }

    private mutating func readTraces(_ deployment: Deployment) {
        let id = messageID
        let signs = [
            object.found.first?.modifiedAt, decisions.found.first.map { $0.timestamp / 1000 },
            log.found.first.map { $0.timestamp / 1000 },
        ]
        guard let arrival = signs.compactMap({ $0 }).min() else { return }
        var isTraced = true
        traces.read("the settings", deployment) {
            isTraced = try deployment.settings().has(.tracing)
            return []
        }
        guard isTraced else {
            let words = "turned off: \(DeploymentPart.tracing.switchedOff)"
            return traces.remarks.append(TraceRemark(severity: .note, words: words))
        }
        var total = 0
        traces.read("X-Ray", deployment) {
            let found = try TraceFinding.find(id, arrival: arrival, deployment.session)
            total = found.total
            return found.traces
        }
        if total > traces.found.count {
            let words = "X-Ray: \(traces.found.count) of \(total) traces are shown."
            traces.remarks.append(TraceRemark(severity: .warning, words: words))
        }
        guard traces.found.isEmpty, traces.remarks.isEmpty else { return }
        var remarks: [TraceRemark] = []
        traces.read("X-Ray's settings", deployment) {
            if try XRay(deployment.session).destination().isSearchedInLogs {
                let words = TraceFinding.notIndexed(id, deployment)
                remarks.append(TraceRemark(severity: .note, words: words))
            }
            return []
        }
        traces.remarks += remarks
    }

    private mutating func readDeadLetters(_ choice: QueueChoice, _ deployment: Deployment) {
        let (id, name) = (messageID, choice.deadLetterName(in: deployment.name))
        var look: DeadLetters.Look?
        deadLetters.read(name, deployment) {
            let found = try DeadLetters(choice, deployment).look(limit: DeadLetters.limit)
            look = found
            return found.messages.filter { $0.mailID == id }
                .map { DeadLetter(queue: name, message: $0) }
        }
        let isFound = deadLetters.found.contains { $0.queue == name }
        guard let look, !look.isWhole, !isFound else { return }
        deadLetters.remarks.append(
            TraceRemark(
                // SQS counts approximately: there may be no more messages than it shows.
                severity: look.isCut ? .warning : .note,
                words: "\(name): \(look.messages.count) of about \(look.total) messages were "
                    + "looked at, and the mail is not among them. It may be among the others."))
    }

    /// Whether nothing was found in the parts that could be read.
    var isEmpty: Bool {
        object.found.isEmpty && ledger.found.isEmpty && log.found.isEmpty
            && deadLetters.found.isEmpty && decisions.found.isEmpty
    }
}
