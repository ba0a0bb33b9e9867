import Foundation
import TestSupport
import Testing

@testable import gmail_forwarder

struct MessageIDSearchTests {
    private static let mails: [(String, MessageIDSearch.Answer)] = [
        ("Message-ID: <a@b>\r\n\r\nbody", .found),
        ("From: a@b\nmessage-id:<a@b>\n\nbody", .found),
        ("From: a@b\r\nMESSAGE-ID \t: a\r\n\r\n", .found),
        ("Message-ID:\r\n <a@b>\r\n\r\n", .found),
        ("Message-ID:\r\n\t\r\n <a@b>\r\n\r\n", .found), ("Message-Id: <a", .found),
        ("Message-ID:\r\nmessage-id: <a@b>\r\n\r\n", .found),
        // Odd lines around it end nothing.
        ("From a@b Sat Jan 18 10:00:00 2025\nMessage-ID: <a@b>\n\n", .found),
        ("From: a@b\r\nFrom a@b\r\nMessage-ID: <a@b>\r\n", .found),
        (">From a@b\r\nMessage-ID: <a@b>\r\n", .found),
        ("\u{FEFF}From: a@b\r\nMessage-ID: <a@b>\r\n\r\n", .found),
        ("Received: x\r\n\u{FEFF}Message-ID: <a@b>\r\n\r\n", .found),
        ("From: a@b\r\nno header at all\r\nMessage-ID: <a@b>\r\n", .found),
        ("From: a@b\r\n: <a@b>\r\nMessage-ID: <a@b>\r\n", .found),
        ("Hello there\r\nMessage-ID: <a@b>\r\n", .found),
        (" folded\r\nMessage-ID: <a@b>\r\n", .found),
        ("Header\r\nX Y: z\r\nÄ-é: z\r\nMessage-ID: <a@b>\r\n\r\n", .found),
        ("X\u{0}Y\r\n\t\r\nMessage-ID: <a@b>\r\n\r\n", .found),
        ("Message-ID\r\nMessage-ID <a@b>\r\nMessage-ID: <a@b>\r\n\r\n", .found),
        ("Subject: a\nno header\n\r\nbody\nMessage-ID: <a@b>\n", .absent),
        ("X: y\r\n  more\r\n\r\n\r\nMessage-ID: <a@b>\r\n", .absent),
        ("From: a@b\n\nMessage-ID: <a@b>\n", .absent),
        ("From: a@b\r\n\r\n", .absent), ("\r\nMessage-ID: <a@b>\r\n", .absent),
        ("\nMessage-ID: <a@b>\n", .absent), ("Message-ID:\r\n\r\n<a@b>", .absent),
        ("Message-ID: \t \r\nTo: a@b\r\n\r\n", .absent), ("Message-ID: <>\r\n\r\n", .absent),
        ("Message-ID: < >\r\n\t<>\r\nTo: a@b\r\n\r\n", .absent),
        ("Message-ID:\r\n \r\n\r\n", .absent),
        ("Message-ID:\r\nTo: a@b\r\n <folded@b>\r\n\r\n", .absent),
        ("X-Message-ID: <a@b>\r\nMessage-ID-X: <a@b>\r\n\r\n", .absent),
        ("Message-ID X: <a@b>\r\nMessage-I: <a@b>\r\nMessage-ID\r\n\r\n", .absent),
        ("Subject: Message-ID: <a@b>\r\n Message-ID: <a@b>\r\n\r\n", .absent),
        (" Message-ID: <a@b>\r\n\r\n", .absent), ("Message-\u{212A}D: <a@b>\r\n", .absent),
        ("", .absent), ("Message-ID", .absent),
    ]

    @Test("Only a Message-ID with a value in the header block counts", arguments: mails)
    func answers(mail: String, expected: MessageIDSearch.Answer) {
        var search = MessageIDSearch()
        search.read(Array(mail.utf8)[...])
        search.finish()
        #expect(search.answer == expected)
    }

    @Test("The cuts between the chunks do not matter", arguments: 1...5)
    func chunks(size: Int) {
        for (mail, expected) in Self.mails {
            var search = MessageIDSearch()
            var rest = Array(mail.utf8)[...]
            while !rest.isEmpty {
                search.read(rest.prefix(size))
                rest = rest.dropFirst(size)
            }
            search.finish()
            #expect(search.answer == expected, "\(mail)")
        }
    }

    @Test("The answer waits for the end of the headers, and no longer")
    func early() {
        var search = MessageIDSearch()
        let long = String(repeating: "x", count: 100_000)
        search.read(Array("From: a@b\r\nX: \(long)\r\n".utf8)[...])
        #expect(search.answer == .unknown)
        search.read(Array("\r\n".utf8)[...])
        #expect(search.answer == .absent)
        search.read(Array("Message-ID: <a@b>\r\n".utf8)[...])
        #expect(search.answer == .absent)
    }

    @Test("Random lines are answered as a search by regular expression answers them")
    func fuzz() throws {
        var random = SeededGenerator(seed: 4)
        let pieces = [
            "Message-ID", "message-id", "Message-I", ":", " :", ": ", "<a@b>", "<>", " ", "\t",
            "\r\n", "\n", "\r\n ", "From: x", "\u{FEFF}", "é", "no header",
        ]
        let header =
            /(?:^|\n)\u{FEFF}*[Mm]essage-[Ii][Dd][ \t]*:(?:[ \t\r<>]|\n[ \t])*[^ \t\r<>\n]/
        var found = 0
        for _ in 0..<5000 {
            let mail = (0..<12).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
            let lines = mail.replacingOccurrences(of: "\r\n", with: "\n")
            // The block ends before the first empty line.
            let block =
                lines.hasPrefix("\n") ? "" : lines.components(separatedBy: "\n\n")[0]
            var search = MessageIDSearch()
            search.read(Array(mail.utf8)[...])
            search.finish()
            let isFound = block.unicodeScalarText.firstMatch(of: header) != nil
            #expect((search.answer == .found) == isFound, "\(mail.debugDescription)")
            found += isFound ? 1 : 0
        }
        #expect(found > 100 && found < 4900)
    }
}

extension String {
    /// The text without a Character of several scalars, such as a line end with a mark behind it.
    fileprivate var unicodeScalarText: String {
        String(String.UnicodeScalarView(utf8.map { Unicode.Scalar($0) }))
            .replacingOccurrences(of: "\u{EF}\u{BB}\u{BF}", with: "\u{FEFF}")
    }
}
