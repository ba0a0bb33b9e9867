import TestSupport
import Testing

@testable import Mail

struct DeliveryStatusNotificationTests {
    @Test("Reports are what the golden files say", arguments: SampleReport.allCases)
    func golden(sample: SampleReport) throws {
        let report = String(decoding: sample.report.bytes, as: UTF8.self)
        // The files are kept with LF; that the wire has CRLF everywhere is checked here.
        #expect(report.utf8.filter { $0 == 0x0A }.count == report.utf8.filter { $0 == 0x0D }.count)
        let lines = report.split(separator: "\r\n", omittingEmptySubsequences: false)
        #expect(lines.allSatisfy { !$0.utf8.contains(0x0A) })
        let text = lines.joined(separator: "\n")
        #expect(try text == GoldenFile("\(sample.rawValue).golden").accepted(text))
    }

    @Test("A report is ASCII and keeps to the length of lines", arguments: SampleReport.allCases)
    func wire(sample: SampleReport) {
        #expect(isSafe(sample.report.bytes))
    }

    @Test("The same report has the same bytes")
    func deterministic() {
        #expect(SampleReport.hostile.report.bytes == SampleReport.hostile.report.bytes)
    }

    @Test("A line end that the subject's encoded-word hides is removed")
    func hiddenLineEnd() {
        let report = DeliveryStatusNotification(
            mail: ReceivedMail(
                mail: .init(
                    messageId: "m", commonHeaders: .init(subject: "=?utf-8?Q?a=0D=0ABcc:_b?="))),
            targets: [], sender: "a@b.example", reportingMTA: "c.example", sentAtEpochSeconds: 0)
        #expect(report.mail.shownSubject == "aBcc: b")
    }

    @Test("A sender whose local part is no dot-atom stands quoted in To")
    func quotedSender() {
        let report = DeliveryStatusNotification(
            mail: ReceivedMail(mail: .init(messageId: "m", source: "ta..ro.@keitai.example")),
            targets: [], sender: "a@b.example", reportingMTA: "c.example", sentAtEpochSeconds: 0)
        let text = String(decoding: report.bytes, as: UTF8.self)
        #expect(text.contains("\r\nTo: \"ta..ro.\"@keitai.example\r\n"))
    }

    @Test(
        "The subject is readable in the character sets that people use",
        arguments: [
            ("=?windows-1252?Q?Offer:_=8099?=", "Offer: €99"),
            ("=?ISO-8859-1?Q?Don=92t_wait_=97_=93now=94?=", "Don’t wait — “now”"),
            ("=?iso-8859-15?B?NSCk?=", "5 €"), ("=?utf8?B?R3LDvMOfZQ?=", "Grüße"),
        ])
    func subject(encoded: String, expected: String) throws {
        let report = DeliveryStatusNotification(
            mail: ReceivedMail(
                mail: .init(messageId: "m", commonHeaders: .init(subject: encoded))),
            targets: [], sender: "a@b.example", reportingMTA: "c.example", sentAtEpochSeconds: 0)
        #expect(report.mail.shownSubject == expected)
        let text = String(decoding: report.bytes, as: UTF8.self)
        let line = try #require(text.firstMatch(of: /\r\nSubject: ((?:.|\r\n )*?)\r\n[A-Z]/))
        let unfolded = line.output.1.replacing("\r\n", with: "")
        #expect(EncodedWord.decoded(String(unfolded)) == "Mail Delivery Failed: \(expected)")
    }

    @Test("A boundary that the mail's author guessed is not used")
    func guessedBoundary() throws {
        let first = MIMEPart(multipart: "mixed", seed: "s", parts: [])
        let boundary = try #require(first.body.split(separator: "--").first.map(String.init))
        let second = MIMEPart(
            multipart: "mixed", seed: "s",
            parts: [MIMEPart(type: "a/b", body: "--\(boundary)--\r\n")])
        #expect(second.body.hasSuffix("_1--\r\n"))
        #expect(first.body.hasSuffix("_0--\r\n"))
    }

    @Test("Whatever a mail holds, its report is ASCII in lines and has the headers that it must")
    func fuzz() {
        var random = SeededGenerator(seed: 9)
        for _ in 0..<200 {
            let texts = (0..<9).map { _ in random.hostileText(maximumScalars: 120) }
            let report = DeliveryStatusNotification(
                mail: ReceivedMail(
                    mail: .init(
                        messageId: texts[0], timestamp: texts[1], source: texts[2],
                        headers: MailHeaders([.init(name: texts[3], value: texts[4])]),
                        commonHeaders: .init(
                            from: [texts[5]], messageId: texts[6], subject: texts[7]))),
                targets: [RoutingTarget(target: texts[8], rule: texts[0], description: texts[1])],
                sender: "reports@example.com", reportingMTA: texts[2],
                sentAtEpochSeconds: 0, messageId: texts[3])
            #expect(isSafe(report.bytes))
            let text = String(decoding: report.bytes, as: UTF8.self)
            let head = text.split(separator: "\r\n\r\n").first ?? ""
            let names = head.split(separator: "\r\n").filter { !$0.hasPrefix(" ") }
                .map { $0.prefix { $0 != ":" } }
            #expect(
                names.filter { !["Message-ID", "In-Reply-To", "References"].contains($0) } == [
                    "From", "To", "Subject", "Date", "Auto-Submitted", "X-Auto-Response-Suppress",
                    "MIME-Version", "Content-Type",
                ])
        }
    }

    private func isSafe(_ bytes: [UInt8]) -> Bool {
        bytes.allSatisfy { 0x20...0x7E ~= $0 || $0 == 0x0D || $0 == 0x0A }
            && String(decoding: bytes, as: UTF8.self).split(separator: "\r\n")
                .allSatisfy { $0.utf8.count <= 998 }
    }
}
