import TestSupport
import Testing

@testable import Mail

struct HeaderScanTests {
    private static let mails: [(String, HeaderScan.Answer)] = [
        ("Message-ID: <a@b>\r\n\r\nbody", .hasMessageId),
        ("From: a@b\nmessage-id:<a@b>\n\nbody", .hasMessageId),
        ("From: a@b\r\nMESSAGE-ID : a\r\n\r\n", .hasMessageId),
        ("Message-ID:\r\n <a@b>\r\n\r\n", .hasMessageId),
        ("Message-ID:\r\n\t\r\n <a@b>\r\n\r\n", .hasMessageId),
        ("Message-Id: <a", .hasMessageId),
        ("From a@b Sat Jan 18 10:00:00 2025\nMessage-ID: <a@b>\n\n", .hasMessageId),
        ("Message-ID:\r\nmessage-id: <a@b>\r\n\r\n", .hasMessageId),
        ("X: y\r\n  more\r\n\r\n\r\nMessage-ID: <a@b>\r\n", .lacksMessageId),
        ("From: a@b\n\nMessage-ID: <a@b>\n", .lacksMessageId),
        ("From: a@b\r\n\r\n", .lacksMessageId),
        ("\r\nMessage-ID: <a@b>\r\n", .lacksMessageId),
        ("\nMessage-ID: <a@b>\n", .lacksMessageId),
        ("Message-ID:\r\n\r\n<a@b>", .lacksMessageId),
        ("Message-ID: \t \r\nTo: a@b\r\n\r\n", .lacksMessageId),
        ("Message-ID: <>\r\n\r\n", .lacksMessageId),
        ("Message-ID:\r\n \r\n\r\n", .lacksMessageId),
        ("X-Message-ID: <a@b>\r\nMessage-ID-X: <a@b>\r\n\r\n", .lacksMessageId),
        ("Subject: Message-ID: <a@b>\r\n Message-ID: <a@b>\r\n\r\n", .lacksMessageId),
        ("From: a@b\r\nno header at all\r\nMessage-ID: <a@b>\r\n", .lacksMessageId),
        ("From: a@b\r\n: <a@b>\r\nMessage-ID: <a@b>\r\n", .lacksMessageId),
        ("From: a@b\r\nFrom a@b\r\nMessage-ID: <a@b>\r\n", .lacksMessageId),
        ("Hello there\r\nMessage-ID: <a@b>\r\n", .lacksMessageId),
        (" folded\r\nMessage-ID: <a@b>\r\n", .lacksMessageId),
        ("Message-\u{212A}D: <a@b>\r\n", .lacksMessageId),
        ("", .lacksMessageId),
        ("Message-ID", .lacksMessageId),
    ]

    @Test("Only a Message-ID with a value in the header block counts", arguments: mails)
    func answers(mail: String, expected: HeaderScan.Answer) {
        var scan = HeaderScan()
        scan.feed(Array(mail.utf8)[...])
        scan.finish()
        #expect(scan.answer == expected)
    }

    @Test("The cuts between the chunks do not matter", arguments: 1...5)
    func chunks(size: Int) {
        for (mail, expected) in Self.mails {
            var scan = HeaderScan()
            var rest = Array(mail.utf8)[...]
            while !rest.isEmpty {
                scan.feed(rest.prefix(size))
                rest = rest.dropFirst(size)
            }
            scan.finish()
            #expect(scan.answer == expected, "\(mail)")
        }
    }

    @Test("The answer waits for the end of the headers, and no longer")
    func early() {
        var scan = HeaderScan()
        scan.feed(Array("From: a@b\r\nX: \(String(repeating: "x", count: 100_000))\r\n".utf8)[...])
        #expect(scan.answer == .unknown)
        scan.feed(Array("\r\n".utf8)[...])
        #expect(scan.answer == .lacksMessageId)
        scan.feed(Array("Message-ID: <a@b>\r\n".utf8)[...])
        #expect(scan.answer == .lacksMessageId)
    }

    @Test("The line to add names SES's id and ends in CRLF")
    func line() {
        #expect(
            HeaderScan.messageIdLine(originalMessageId: "abc")
                == Array("Message-ID: <abc@ses-mail.invalid>\r\n".utf8))
    }

    @Test("Random bytes have an answer, never a trap")
    func fuzz() {
        var random = SeededGenerator(seed: 4)
        let alphabet = Array("Message-ID: <>\r\n\r\n\t From:\u{0}é".utf8)
        for _ in 0..<5000 {
            let bytes = (0..<40).map { _ in alphabet.randomElement(using: &random) ?? 0 }
            var scan = HeaderScan()
            scan.feed(bytes[...])
            scan.finish()
            #expect(scan.answer != .unknown)
        }
    }
}
