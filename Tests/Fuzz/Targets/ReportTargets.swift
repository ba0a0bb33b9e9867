import Text

@testable import Mail

extension FuzzTarget {
    static let reportTargets = [
        FuzzTarget(
            name: "report", seeds: HostileMail.seeds, words: HostileMail.words,
            growing: [
                HostileMail.growing(from: "A# <a#@b.example>, "),
                HostileMail.growing(subject: "=?utf-8?q?a#?= "),
                HostileMail.growing(header: "(a#;\"\\"),
            ]
        ) { input in
            let hostile = HostileMail(input: input)
            let mail = hostile.received
            checkSuppression(of: mail)
            let reasons: [RoutingReason?] = [nil, .noRule, .lookupFailed, .ended, .senderNotListed]
            // An event of the bus has room for no more: 256 KiB in all.
            let recipients = hostile.recipients.prefix(2000)
            let room = 262_144 / max(recipients.count, 1)
            let targets = recipients.map {
                RoutingTarget(
                    target: $0, rule: "ROUTE#\(input[6])".cut(atBytes: room),
                    description: hostile.description.cut(atBytes: room),
                    reason: reasons[input.option(7) % reasons.count])
            }
            let report = DeliveryStatusNotification(
                mail: mail, targets: targets, sender: "mailer-daemon@example.com",
                reportingMTA: "example.com", sentAtEpochSeconds: 1_700_000_000)
            let bytes = report.bytes
            checkLines(bytes)
            let names = HeaderBlock(bytes).fields.map(\.name)
            let isAnswer = MessageIdentifier(of: mail) != nil
            require(
                names == ["From", "To", "Subject", "Date"]
                    + (isAnswer ? ["In-Reply-To", "References"] : []) + [
                        "Auto-Submitted", "X-Auto-Response-Suppress", "MIME-Version",
                        "Content-Type",
                    ], "the fields are ours: \(names)")
            checkParts(ReceivedPart(bytes), of: report)
            return Array("report\n".utf8) + bytes
        },
        FuzzTarget(
            name: "refusal-notice", seeds: HostileMail.seeds, words: HostileMail.words,
            growing: [
                HostileMail.growing(from: "A# <a#@b.example>, "),
                HostileMail.growing(subject: "=?utf-8?q?a#?= "),
                HostileMail.growing(header: "(a#;\"\\"),
            ]
        ) { input in
            let hostile = HostileMail(input: input)
            let notice = RefusalNotice(
                of: input.option(8) == 0 ? hostile.received : nil, id: hostile.id,
                to: hostile.recipients.first ?? "", byteCount: 1, refusal: hostile.description,
                sentAtEpochSeconds: 1_700_000_000)
            let bytes = notice.bytes
            checkLines(bytes)
            require(
                HeaderBlock(bytes).fields.map(\.name) == [
                    "Return-Path", "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted",
                    "X-Auto-Response-Suppress", "MIME-Version", "Content-Type",
                    "Content-Transfer-Encoding",
                ], "the fields are ours")
            let part = ReceivedPart(bytes)
            require(part.parts.isEmpty && part.type == "text/plain", "the notice is one text")
            return Array("notice\n".utf8) + bytes
        },
    ]

    /// ASCII, CRLF, and lines that any server takes.
    private static func checkLines(_ bytes: [UInt8]) {
        for line in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).dropLast() {
            require(line.last == 0x0D && line.count <= 999, "a line's end and length")
            require(line.dropLast().allSatisfy { 0x20...0x7E ~= $0 }, "a line is plain")
        }
        require(bytes.suffix(2) == [0x0D, 0x0A], "the last line has an end")
    }

    private static func checkParts(_ mail: ReceivedPart, of report: DeliveryStatusNotification) {
        require(mail.type == "multipart/report" && mail.parts.count == 3, "three parts")
        guard mail.parts.count == 3 else { return }
        let types = ["multipart/alternative", "message/delivery-status", "text/rfc822-headers"]
        require(mail.parts.map(\.type) == types, "the parts' types")
        require(mail.parts[0].parts.map(\.type) == ["text/plain", "text/html"], "two texts")
        let text = mail.firstText("text/plain")?.words.text ?? ""
        require(text.hasSameBytes(as: report.plainText + "\n"), "the text is read back")
        let groups = Array(report.deliveryStatus.utf8).split(separator: 0x0D)
            .filter { $0.elementsEqual([0x0A]) || $0.isEmpty }
        require(groups.count <= report.targets.count + 1, "a group a recipient")
        for field in HeaderBlock(Array(report.originalHeaders.utf8)).fields {
            require(HeaderField.isName(field.name), "a header's name")
            require(!field.name.hasPrefix(ignoringASCIICase: "X-SES-"), "no header of SES's")
        }
    }

    /// A report goes to nobody who must not get one, whatever the other fields are.
    private static func checkSuppression(of mail: ReceivedMail) {
        let policy = BouncePolicy(
            bounceSender: "mailer-daemon@example.com", ownMailFromDomains: ["bounce.example.com"])
        let lenient = BouncePolicy(
            bounceSender: "mailer-daemon@example.com", requiresAuthentication: false)
        if lenient.suppressionReason(for: mail) != nil {
            require(policy.suppressionReason(for: mail) != nil, "proof is one more condition")
        }
        guard policy.suppressionReason(for: mail) == nil else { return }
        let source = mail.mail.source ?? ""
        require(EmailAddress(strict: source) != nil, "only to an address")
        require(mail.senderMailbox != nil, "an address can be written to")
        require(mail.receipt.spamVerdict != .fail && mail.receipt.virusVerdict != .fail, "junk")
        require(mail.receipt.spfVerdict == .pass || mail.receipt.dmarcVerdict == .pass, "proof")
        let names = mail.mail.headers?.fields.map(\.name.asciiLowercased) ?? []
        require(!names.contains { $0.utf8.starts(with: "list-".utf8) }, "no list")
    }
}
