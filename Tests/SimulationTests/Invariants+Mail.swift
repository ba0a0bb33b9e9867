import FunctionTestSupport
import HTTP
import JSON
import Mail
import Text

/// The checks of decisions, imports, reports and deletions.
extension Invariants {
    /// The status with which Gmail refuses the mail; nil if it takes it.
    func refusal(of upload: Upload) -> Int? {
        guard !upload.isNotice, upload.mail < world.mails.count else { return nil }
        switch world.mails[upload.mail].kind.reception {
        case .taken: return nil
        case .badRequest: return 400
        case .tooLarge: return 413
        }
    }

    /// Judges a mail that is imported now.
    func check(
        _ imported: GoogleAccounts.Import, _ upload: Upload, into mailbox: String, _ run: Run,
        isAnswerLost: Bool
    ) {
        let mail = world.mails[imported.mail]
        let isJunk = imported.labels.contains("SPAM")
        let row = "MAIL#\(mail.id) \(isJunk ? "JUNK" : "GMAIL")#\(mailbox)"
        perform(
            imported.isNotice ? "\(row) notice" : row, as: row, run, isAnswerLost: isAnswerLost,
            once: .importedOnce)
        let isWanted = mail.decisions.contains { decision in
            Invariants.targets(decision, "forward-to-gmail").contains {
                $0["destination"]?.string?.asciiLowercased == mailbox
                    && ($0["junk"] == true) == isJunk
            }
        }
        if !isWanted { violation("\(row) is imported, and no decision wants it") }
        if !imported.isNotice { checkBytes(upload, of: mail, isJunk: isJunk) }
    }

    private func checkBytes(_ upload: Upload, of mail: SimulatedMail, isJunk: Bool) {
        guard isJunk else {
            let own = "Message-ID: <\(mail.id)@ses-mail.invalid>\r\n"
            let expected = mail.kind.hasMessageID ? mail.stored : Array(own.utf8) + mail.stored
            if upload.bytes != expected {
                violation("\(mail.id) is imported with other bytes", of: .bytesAreUntouched)
            }
            return
        }
        if upload.messageID != "<\(mail.id).junk@ses-mail.invalid>"
            || upload.labels != ["SPAM", "UNREAD"]
        {
            violation("the junk \(mail.id) is imported as good mail", of: .bytesAreUntouched)
        }
    }

    /// Judges a report that is sent now.
    func check(report: [UInt8], to address: String, _ run: Run, isAnswerLost: Bool) {
        guard let number = run.mail else { return }
        let mail = world.mails[number]
        if mail.kind.isJunk || Invariants.isQuarantined(mail, in: world.plan) {
            violation("\(mail.kind.name) is bounced", of: .junkIsNotBounced)
        }
        if !mail.kind.isAnswerable || address != mail.sample.source {
            violation("a report about \(mail.kind.name) to \(address)", of: .noUnwantedReport)
        }
        let text = String(decoding: report, as: UTF8.self)
        for line in text.split(separator: "\r\n") where line.hasPrefix("Final-Recipient: ") {
            let recipient = String(line.split(separator: " ").last ?? "")
            let isWanted = mail.decisions.contains { decision in
                Invariants.targets(decision, "bounce").contains {
                    $0["target"]?.string == recipient
                }
            }
            if !isWanted { violation("\(recipient) is reported, and no decision wants it") }
            let row = "MAIL#\(mail.id) BOUNCE#\(recipient)"
            perform(row, as: row, run, isAnswerLost: isAnswerLost, once: .bouncedOnce)
        }
    }

    private static func isQuarantined(_ mail: SimulatedMail, in plan: Plan) -> Bool {
        plan.junkDelivery == .gmailSpam && mail.sample.dmarcPolicy == "quarantine"
            && mail.sample.verdicts["dmarc"] == "FAIL"
    }

    /// Judges the deletion of a stored mail.
    func check(deletionOf key: String, _ run: Run) {
        guard let mail = world.mails.first(where: { "emails/\($0.id)" == key }),
            let decision = run.decision
        else { return violation("\(key) is deleted", of: .copyIsKept) }
        let forwards = Invariants.targets(decision, "forward-to-gmail")
        let others = ["store", "bounce"].flatMap { Invariants.targets(decision, $0) }
        let isDone = forwards.allSatisfy { target in
            let mailbox = target["destination"]?.string?.asciiLowercased ?? ""
            let row = "MAIL#\(mail.id) GMAIL#\(mailbox)"
            return target["junk"] != true && ends[row] == "done" && effects[row] != nil
        }
        if forwards.isEmpty || !others.isEmpty || !isDone {
            violation("\(mail.id) is deleted, and somebody needs it", of: .copyIsKept)
        }
    }

    static func targets(_ decision: JSONValue, _ action: String) -> [JSONValue] {
        decision["actions"]?[action]?["targets"]?.array ?? []
    }

    // MARK: decisions

    /// Judges a decision by the rules as they were at any moment since that version.
    func check(
        decision: JSONValue, of message: Queues.Message, _ run: Run, since version: Int
    ) {
        let mail = world.mails[message.mail]
        for recipient in mail.recipients {
            let fate = PlainRules.text(of: decision["actions"] ?? .null, recipient)
            let fallbacks = ["lookup-failed", "role-address", plain(mail, recipient).junkReason]
            let isFallback = fallbacks.contains { $0.map(fate.hasSuffix) ?? false }
            if isFallback, run.isDisturbed, message.receives >= 3 { continue }
            let expected = world.ruleVersions[version...].map {
                PlainRules($0).fate(of: plain(mail, recipient))
            }
            if !expected.contains(fate) {
                violation(
                    "\(mail.kind.name) to \(recipient) gets \(fate), and not \(expected)",
                    of: .decisionFollowsRules)
            }
        }
    }

    /// Whether the rules as they are do not decide a mail, which then fails.
    func hasWrongRule(_ mail: SimulatedMail) -> Bool {
        world.ruleVersions.contains { rows in
            mail.recipients.contains {
                PlainRules(rows).fate(of: plain(mail, $0)).hasPrefix("fail")
            }
        }
    }

    private func plain(_ mail: SimulatedMail, _ recipient: String) -> PlainMail {
        var plain = PlainMail(recipient)
        plain.source = mail.sample.source
        plain.from = mail.from
        plain.verdicts = mail.sample.verdicts
        plain.dmarcPolicy = mail.sample.dmarcPolicy
        plain.junkDelivery = world.plan.junkDelivery
        return plain
    }
}
