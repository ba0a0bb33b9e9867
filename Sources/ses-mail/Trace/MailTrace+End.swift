internal import AWS
internal import JSON
internal import Mail

extension MailTrace {
    /// Whether nothing more happens to the mail by itself: for each recipient it was stored,
    /// imported, refused, bounced or not bounced, or it is a dead letter.
    func hasEnded(in environment: EnvironmentName) -> Bool {
        func isDead(in queue: QueueChoice) -> Bool {
            deadLetters.found.contains { $0.queue == queue.deadLetterName(in: environment) }
        }
        if isDead(in: .input) { return true }
        guard let last = decisions.found.last else { return false }
        let targets = last.isRelease ? last.targets ?? [] : Holding.targets(of: decisions.found)
        // The routing log may not say for whom the mail is: then the ledger has to do.
        guard !targets.isEmpty, !last.isCanary else {
            return !ledger.found.isEmpty && ledger.found.allSatisfy(\.isSettled)
        }
        return targets.allSatisfy { target in
            switch target.action {
            case "forward-to-gmail": isSettled(forwardTo: target) || isDead(in: .forwarder)
            case "bounce": isSettled(bounceTo: target) || isDead(in: .bouncer)
            default: true
            }
        }
    }

    private func isSettled(forwardTo target: RoutingLogLine.Target) -> Bool {
        // Junk that Gmail refuses has no row of its own.
        if has(outcome: "junk-refused") { return true }
        let keys = target.destination.map { destination in
            let mailbox = Mailbox(destination: destination)
            return [
                LedgerKey.gmail(originalMessageId: messageID, mailbox: mailbox).sk,
                LedgerKey.junk(originalMessageId: messageID, mailbox: mailbox).sk,
            ]
        }
        return ledger.found.contains { row in
            row.isSettled && keys?.contains(row["SK"]?.string ?? "") ?? row.isImport
        }
    }

    private func isSettled(bounceTo target: RoutingLogLine.Target) -> Bool {
        let key = LedgerKey.bounce(originalMessageId: messageID, recipient: target.recipient)
        return has(outcome: "suppressed")
            || ledger.found.contains { $0.isSettled && $0["SK"]?.string == key.sk }
    }

    private func has(outcome: String) -> Bool {
        log.found.contains { line in
            line.fields.contains { $0.name == "outcome" && $0.value.string == outcome }
        }
    }
}

extension Item {
    /// Whether the effect has happened, or was refused for good.
    fileprivate var isSettled: Bool { ["done", "refused"].contains(self["state"]?.string) }
}
