internal import AWS
internal import JSON
internal import Mail

/// A place in words.
private struct Place {
    let words: String
    let severity: Severity?
    let isFinal: Bool

    init(_ words: String, _ severity: Severity?, isFinal: Bool = true) {
        self.words = words
        self.severity = severity
        self.isFinal = isFinal
    }
}

extension MailPath.End {
    fileprivate init(_ recipient: String, _ action: String, _ place: Place) {
        self.init(
            recipient: recipient, action: action, place: place.words, severity: place.severity,
            isFinal: place.isFinal)
    }
}

/// The place of each target now, from the ledger, the dead letters and the bucket.
struct Ends {
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
        let place =
            switch target.action {
            case "forward-to-gmail": self.import(of: target)
            case "bounce": report(on: target)
            default: kept(target)
            }
        return MailPath.End(target.recipient, target.action, place)
    }

    private func `import`(of target: RoutingLogLine.Target) -> Place {
        guard let name = target.destination else {
            return Place(
                "in the mailboxes that LEDGER names as done", .note, isFinal: isWholeLedgerFinal)
        }
        let mailbox = Mailbox(destination: name)
        let id = trace.messageID
        let row = self.row(.gmail(originalMessageId: id, mailbox: mailbox))
        let junk = self.row(.junk(originalMessageId: id, mailbox: mailbox))
        switch (state(row), state(junk)) {
        case ("done", _): return Place("in \(mailbox.address)", .ok)
        case (_, "done"): return Place("in Spam of \(mailbox.address)", .ok)
        case ("refused", _):
            return Place("refused by Gmail; \(mailbox.address) has a notice", .warning)
        case (_, "refused"): return Place("kept in the bucket: Gmail refused it as junk", .note)
        default: return unfinished(row ?? junk, .forwarder, "on its way to \(mailbox.address)")
        }
    }

    private func report(on target: RoutingLogLine.Target) -> Place {
        let row = self.row(
            .bounce(originalMessageId: trace.messageID, recipient: target.recipient))
        if state(row) == "done" { return Place("the sender has a report", .ok) }
        let outcomes = trace.log.found.filter { $0.source == .function(.bouncer) }
        if let line = outcomes.last(where: { $0.outcome == "suppressed" }) {
            return Place("no report is sent: \(line.reason ?? "suppressed")", .ok)
        }
        return unfinished(row, .bouncer, "on its way to the bouncer")
    }

    private func kept(_ target: RoutingLogLine.Target) -> Place {
        let reason = target.reason.map { ": \($0)" } ?? ""
        if !trace.object.found.isEmpty { return Place("kept in the bucket\(reason)", .ok) }
        return trace.object.remarks.isEmpty
            ? Place("no longer in the bucket", .note)
            : Place("unknown: the bucket was not read", .warning)
    }

    /// The canary has one target, whose address is a secret.
    private var canary: MailPath.End {
        let row = trace.ledger.found.first
        let place =
            switch state(row) {
            case "done": Place("imported", .ok)
            case "refused": Place("refused by Gmail", .warning)
            default: unfinished(row, .forwarder, "on its way to its mailbox")
            }
        return MailPath.End("the canary", "forward-to-gmail", place)
    }

    /// The place of a mail of whose decision nothing is known, or not for whom.
    private var undecided: MailPath.End {
        let place: Place
        if let letter = letter(.input) {
            place = letter
        } else if !trace.decisions.found.isEmpty {
            place = Place(
                "see LEDGER: the recipients cannot be read in the routing log", .note,
                isFinal: isWholeLedgerFinal)
        } else if !trace.decisions.remarks.isEmpty {
            place = Place("unknown: the routing log was not read", .warning, isFinal: false)
        } else if !trace.object.found.isEmpty {
            place = Place(
                "in the bucket; no decision is in the routing log", .warning, isFinal: false)
        } else {
            place = Place("unknown: no decision is in the routing log", .note, isFinal: false)
        }
        return MailPath.End("all recipients", "", place)
    }

    /// The place of a mail whose effect is not in the ledger.
    private func unfinished(
        _ row: Item?, _ queue: QueueChoice, _ otherwise: String
    ) -> Place {
        if let letter = letter(queue) { return letter }
        let words: String
        var severity = Severity.warning
        if !trace.ledger.remarks.isEmpty {
            words = "unknown: the ledger was not read"
        } else if let until = row?["until"]?.integer, until <= now {
            words = "waits for its next try"
        } else {
            let until = row?["until"]?.integer.map { Clock.text($0 / 1000) }
            words = until.map { "being handled, until \($0) at the latest" } ?? otherwise
            severity = .note
        }
        return Place(words, severity, isFinal: false)
    }

    /// Whether each effect in the ledger has happened, or was refused.
    private var isWholeLedgerFinal: Bool {
        let states = trace.ledger.found.map(state)
        return !states.isEmpty && states.allSatisfy { ["done", "refused"].contains($0) }
    }

    private func letter(_ queue: QueueChoice) -> Place? {
        let found = trace.deadLetters.found.first { $0.queue.hasPrefix("\(queue.rawValue)-dlq") }
        return found.map { Place("dead letter in \($0.queue)", .error) }
    }

    private func row(_ key: LedgerKey) -> Item? {
        trace.ledger.found.first { $0["SK"]?.string?.utf8.elementsEqual(key.sk.utf8) ?? false }
    }

    private func state(_ row: Item?) -> String? { row?["state"]?.string }
}

extension RoutingLogLine.Target {
    /// Whether both are the same effect for the same recipient: the later one replaces the other.
    fileprivate func isSamePart(as other: RoutingLogLine.Target) -> Bool {
        [action, recipient, destination ?? ""].elementsEqual(
            [other.action, other.recipient, other.destination ?? ""]
        ) { $0.utf8.elementsEqual($1.utf8) }
    }
}
