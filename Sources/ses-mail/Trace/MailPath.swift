internal import AWS
internal import JSON
internal import Mail

/// The way of one mail: the stages behind it, with their times, and the place of each of its parts
/// now.
struct MailPath: Equatable {
    struct Stage: Equatable {
        /// Epoch milliseconds.
        let at: Int
        let place: String
        let event: String
        let severity: Severity?
    }

    /// Where one recipient's part of the mail is.
    struct End: Equatable {
        let recipient: String
        let action: String
        let place: String
        let severity: Severity?
    }

    /// Oldest first.
    let stages: [Stage]
    /// One for each target of the decisions; for all recipients together where none was found.
    let ends: [End]

    /// - Parameter now: epoch milliseconds.
    init(_ trace: MailTrace, now: Int) {
        let stored = trace.object.found.first.flatMap { object in
            object.modifiedAt.map { seconds in
                Stage(
                    at: seconds * 1000, place: "S3", event: "stored, \(object.byteCount) bytes",
                    severity: nil)
            }
        }
        let decided = trace.decisions.found.map { line in
            let count = line.isCanary ? 1 : line.targets?.count
            let event = count.map { "decided, \($0.counted("target"))" } ?? "decided"
            return Stage(at: line.timestamp, place: "bus", event: event, severity: nil)
        }
        let logged = trace.log.found.compactMap(Stage.init)
        stages = ([stored].compactMap { $0 } + decided + logged).sorted { $0.at < $1.at }
        ends = Ends(trace, now).all
    }
}

extension MailPath.Stage {
    /// nil for a line that is neither an outcome nor trouble.
    fileprivate init?(_ line: LogLine) {
        guard line.outcome != nil || line.isTrouble else { return nil }
        let event = [line.outcome ?? line.message, line.reason].compactMap { $0 }
            .joined(separator: ": ")
        let severity = line.isTrouble ? line.severity : nil
        self.init(at: line.timestamp, place: line.source.name, event: event, severity: severity)
    }
}

extension MailPath {
    /// The path as rows of cells: a line down the stages, which parts into the ends.
    var stageRows: [[String]] {
        stages.enumerated().map { index, stage in
            let passed = index == 0 ? "" : "+\(MailPath.span(stage.at - stages[0].at))"
            let mark = index == 0 ? "┌" : "│"
            return [mark, Clock.exactText(stage.at), passed, stage.place, stage.event]
        }
    }

    var endRows: [[String]] {
        ends.enumerated().map { index, end in
            let mark = index == ends.count - 1 ? "└▶" : "├▶"
            return [mark, end.recipient, end.action, "now: \(end.place)"]
        }
    }

    /// `1.2 s`, `4 min 12 s`, `6 h 3 min`
    static func span(_ milliseconds: Int) -> String {
        let seconds = milliseconds / 1000
        switch seconds {
        case ..<60: return "\(seconds).\(milliseconds % 1000 / 100) s"
        case ..<3600: return "\(seconds / 60) min \(seconds % 60) s"
        default: return "\(seconds / 3600) h \(seconds % 3600 / 60) min"
        }
    }
}

/// The place of each target now, from the ledger, the dead letters and the bucket.
private struct Ends {
    private let trace: MailTrace
    private let now: Int

    init(_ trace: MailTrace, _ now: Int) {
        self.trace = trace
        self.now = now
    }

    var all: [MailPath.End] {
        if trace.decisions.found.contains(where: \.isCanary) { return [canary] }
        let targets = trace.decisions.found.flatMap { $0.targets ?? [] }
        let last = targets.indices.filter { index in
            !targets[(index + 1)...].contains { $0.isSamePart(as: targets[index]) }
        }
        return last.isEmpty ? [undecided] : last.map { end(of: targets[$0]) }
    }

    private func end(of target: RoutingLogLine.Target) -> MailPath.End {
        let (place, severity): (String, Severity?)
        switch target.action {
        case "forward-to-gmail": (place, severity) = self.import(of: target)
        case "bounce": (place, severity) = report(on: target)
        default: (place, severity) = kept(target)
        }
        return MailPath.End(
            recipient: target.recipient, action: target.action, place: place, severity: severity)
    }

    private func `import`(of target: RoutingLogLine.Target) -> (String, Severity?) {
        guard let name = target.destination else {
            return ("in the mailboxes that LEDGER names as done", .note)
        }
        let mailbox = Mailbox(destination: name)
        let id = trace.messageID
        let row = self.row(.gmail(originalMessageId: id, mailbox: mailbox))
        let junk = self.row(.junk(originalMessageId: id, mailbox: mailbox))
        switch (state(row), state(junk)) {
        case ("done", _): return ("in \(mailbox.address)", .ok)
        case (_, "done"): return ("in Spam of \(mailbox.address)", .ok)
        case ("refused", _):
            return ("refused by Gmail; \(mailbox.address) has a notice", .warning)
        case (_, "refused"): return ("kept in the bucket: Gmail refused it as junk", .note)
        default: return unfinished(row ?? junk, .forwarder, "on its way to \(mailbox.address)")
        }
    }

    private func report(on target: RoutingLogLine.Target) -> (String, Severity?) {
        let row = self.row(
            .bounce(originalMessageId: trace.messageID, recipient: target.recipient))
        if state(row) == "done" { return ("the sender has a report", .ok) }
        let outcomes = trace.log.found.filter { $0.source == .function(.bouncer) }
        if let line = outcomes.last(where: { $0.outcome == "suppressed" }) {
            return ("no report is sent: \(line.reason ?? "suppressed")", .ok)
        }
        return unfinished(row, .bouncer, "on its way to the bouncer")
    }

    private func kept(_ target: RoutingLogLine.Target) -> (String, Severity?) {
        let reason = target.reason.map { ": \($0)" } ?? ""
        if !trace.object.found.isEmpty { return ("kept in the bucket\(reason)", .ok) }
        return trace.object.remarks.isEmpty
            ? ("no longer in the bucket", .note) : ("unknown: the bucket was not read", .warning)
    }

    /// The canary has one target, whose address is a secret.
    private var canary: MailPath.End {
        let row = trace.ledger.found.first
        let place =
            state(row) == "done"
            ? ("imported", .ok) : unfinished(row, .forwarder, "on its way to its mailbox")
        return MailPath.End(
            recipient: "the canary", action: "forward-to-gmail", place: place.0, severity: place.1)
    }

    /// The place of a mail of whose decision nothing is known, or not for whom.
    private var undecided: MailPath.End {
        let place: (String, Severity?)
        if let letter = letter(.input) {
            place = letter
        } else if !trace.decisions.found.isEmpty {
            place = ("see LEDGER: the recipients cannot be read in the routing log", .note)
        } else if !trace.decisions.remarks.isEmpty {
            place = ("unknown: the routing log was not read", .warning)
        } else if !trace.object.found.isEmpty {
            place = ("in the bucket; no decision is in the routing log", .warning)
        } else {
            place = ("unknown: no decision is in the routing log", .note)
        }
        return MailPath.End(
            recipient: "all recipients", action: "", place: place.0, severity: place.1)
    }

    /// The place of a mail whose effect is not in the ledger.
    private func unfinished(
        _ row: Item?, _ queue: QueueChoice, _ otherwise: String
    ) -> (String, Severity?) {
        if let letter = letter(queue) { return letter }
        if !trace.ledger.remarks.isEmpty { return ("unknown: the ledger was not read", .warning) }
        guard let until = row?["until"]?.integer else { return (otherwise, .note) }
        return until > now
            ? ("being handled, until \(Clock.text(until / 1000)) at the latest", .note)
            : ("waits for its next try", .warning)
    }

    private func letter(_ queue: QueueChoice) -> (String, Severity?)? {
        let found = trace.deadLetters.found.first { $0.queue.hasPrefix("\(queue.rawValue)-dlq") }
        return found.map { ("dead letter in \($0.queue)", .error) }
    }

    private func row(_ key: LedgerKey) -> Item? {
        trace.ledger.found.first { $0["SK"]?.string?.utf8.elementsEqual(key.sk.utf8) ?? false }
    }

    private func state(_ row: Item?) -> String? { row?["state"]?.string }
}

extension LogLine {
    fileprivate var outcome: String? { text(of: "outcome") }
    fileprivate var reason: String? { text(of: "reason") }
    private func text(of name: String) -> String? {
        fields.first { $0.name == name }?.value.string
    }
}

extension RoutingLogLine.Target {
    /// Whether both are the same effect for the same recipient: the later one replaces the other.
    fileprivate func isSamePart(as other: RoutingLogLine.Target) -> Bool {
        [action, recipient, destination ?? ""].elementsEqual(
            [other.action, other.recipient, other.destination ?? ""]
        ) { $0.utf8.elementsEqual($1.utf8) }
    }
}
