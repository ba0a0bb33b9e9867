import JSON
import FunctionTestSupport
import Text

/// The checks of failures, and of what is left when nothing happens any more.
extension Invariants {
    /// Judges a delivery that failed.
    func check(failure run: Run, of message: Queues.Message) {
        guard !run.isDead, !run.isDisturbed else { return }
        let mail = world.mails[message.mail]
        if message.queue == .input, hasWrongRule(mail) {
            message.blocks.insert(.wrongRule)
            return
        }
        if run.blocks.contains(.missingMail), !isDecidedTwice(mail) {
            violation("\(mail.id) is missing, and was wanted", of: .copyIsKept)
        }
        guard run.blocks.isEmpty else { return }
        violation(
            "mail \(message.mail) fails in \(message.queue) with nothing in the way: "
                + (run.failure ?? "the record was answered as failed"), of: .deadLetterHasReason)
    }

    /// Judges what is left in the end.
    func checkEnd() {
        if LogLines.hasSecret(world.log.bytes) {
            violation("a secret is in a log line", of: .noSecretIsLogged)
        }
        checkIdentities()
        for letter in world.queues.deadLetters {
            let isDecidedTwice = isDecidedTwice(world.mails[letter.mail])
            let isForGood =
                letter.decision.map(Invariants.hasForeignMailbox) ?? false
                || letter.blocks.contains(.missingMail) && isDecidedTwice
            if !isForGood {
                violation(
                    "mail \(letter.mail) is a dead letter of \(letter.queue)",
                    of: .deadLetterHasReason)
            }
        }
        for mail in world.mails { checkEnd(of: mail) }
    }

    /// Whether a mailbox is named that never consented.
    private static func hasForeignMailbox(_ decision: JSONValue) -> Bool {
        targets(decision, "forward-to-gmail").contains { target in
            let mailbox = target["destination"]?.string?.asciiLowercased
            return !Deployment.accounts.contains { $0.0 == mailbox }
        }
    }

    private func checkEnd(of mail: SimulatedMail) {
        let isDead = { (queue: Queues.Name) in
            self.world.queues.deadLetters.contains { $0.mail == mail.number && $0.queue == queue }
        }
        if mail.decisions.isEmpty, !isDead(.input) { violation("\(mail.id) was never decided") }
        let isStored = world.objects["emails/\(mail.id)"] != nil
        var needsCopy = false
        for decision in mail.decisions {
            for target in Invariants.targets(decision, "forward-to-gmail") {
                needsCopy = !checkForward(target, of: mail, isDead(.forward)) || needsCopy
            }
            needsCopy = needsCopy || !Invariants.targets(decision, "store").isEmpty
            for target in Invariants.targets(decision, "bounce") {
                needsCopy = true
                let recipient = target["target"]?.string ?? ""
                let row = "MAIL#\(mail.id) BOUNCE#\(recipient)"
                if (effects[row] == nil) == mail.kind.isAnswerable, !isDead(.bounce),
                    recipient.utf8.allSatisfy({ $0 < 0x80 })
                {
                    violation("\(row) of \(mail.kind.name): the report is missing or unwanted")
                }
            }
        }
        guard !isDecidedTwice(mail), !mail.decisions.isEmpty else { return }
        if needsCopy != isStored {
            violation(
                "\(mail.id) \(isStored ? "is still stored" : "is gone") in the end",
                of: isStored ? .copyIsDeleted : .copyIsKept)
        }
    }

    /// Whether a forward target has come to an end for which the copy is not needed.
    private func checkForward(
        _ target: JSONValue, of mail: SimulatedMail, _ isDead: Bool
    ) -> Bool {
        let isJunk = target["junk"] == true
        let mailbox = target["destination"]?.string?.asciiLowercased ?? ""
        let row = "MAIL#\(mail.id) \(isJunk ? "JUNK" : "GMAIL")#\(mailbox)"
        let isImported = effects[row] != nil
        let hasNotice = effects["\(row) notice"] != nil
        switch (isImported, ends[row]) {
        case (true, "done"?) where !hasNotice: return !isJunk
        case (false, "refused"?) where hasNotice != isJunk: return false
        case (false, nil) where isDead: return false
        default:
            violation(
                "\(row) ends as \(ends[row] ?? "nothing"), imported: \(isImported), notice: "
                    + "\(hasNotice)")
            return false
        }
    }

    /// Whether two notifications of the mail were decided by different rules. The one may then
    /// delete the copy that the other needs.
    private func isDecidedTwice(_ mail: SimulatedMail) -> Bool {
        Set(mail.decisions.map { PlainRules.text(of: $0["actions"] ?? .null) }).count > 1
    }
}

extension LogLines {
    static func hasSecret(_ lines: [UInt8]) -> Bool {
        lines[...].firstRange(ofBytes: Array(secretMark.utf8)) != nil
    }
}
