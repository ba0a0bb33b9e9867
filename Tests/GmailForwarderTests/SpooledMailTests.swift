import Foundation
import Gmail
import Testing

@testable import gmail_forwarder

struct SpooledMailTests {
    @Test("The spool file has no name while it is open")
    func nameless() throws {
        let mail = try SpooledMail(originalMessageId: "mail-1")
        let link = "/proc/self/fd/\(mail.descriptor)"
        let path = try FileManager.default.destinationOfSymbolicLink(atPath: link)
        #expect(path.hasPrefix("/tmp/ses-mail-") && path.hasSuffix(" (deleted)"), "\(path)")
    }

    @Test("The spool file is closed with its owner")
    func closed() throws {
        let (descriptor, path) = try Self.spoolOnce()
        // Another test may have been given the same number by now, for a file of its own.
        let now = try? FileManager.default.destinationOfSymbolicLink(
            atPath: "/proc/self/fd/\(descriptor)")
        #expect(now != path)
    }

    private static func spoolOnce() throws -> (descriptor: Int32, path: String) {
        let mail = try SpooledMail(originalMessageId: "mail-1")
        let path = try FileManager.default.destinationOfSymbolicLink(
            atPath: "/proc/self/fd/\(mail.descriptor)")
        return (mail.descriptor, path)
    }

    @Test(
        "Mails with odd lines in their headers keep their Message-ID, and get no second one",
        arguments: [
            "\u{FEFF}From: Joe <joe@example.net>\r\n", "Header1: a\r\nHeader2\r\n",
            "X-Warn: this mail came from outside, do not open\r\nlinks or attachments unless\r\n",
            "From joe@example.net Sat Nov  1 10:00:00 2026\r\n", "Best Product: Buy Now\r\n",
            String(repeating: "no colon and a very long line ", count: 20_000) + "\r\n",
        ])
    func oddLines(lines: String) throws {
        let head = "Return-Path: <joe@example.net>\r\n\(lines)To: x@ex.org\r\n"
        var mail = try SpooledMail(originalMessageId: "mail-1")
        try mail.fill("\(head)Message-ID: <real@example.net>\r\n\r\nbody\r\n")
        try mail.inspect(isJunk: false)
        #expect(mail.asReceived.header == [])
        var other = try SpooledMail(originalMessageId: "mail-1")
        try other.fill("\(head)\r\nMessage-ID: <body@example.net>\r\n")
        try other.inspect(isJunk: false)
        #expect(other.asReceived.header == Array("Message-ID: <mail-1@ses-mail.invalid>\r\n".utf8))
    }
}

extension SpooledMail {
    fileprivate func fill(_ text: String) throws {
        let bytes = Array(text.utf8)
        guard pwrite(descriptor, bytes, bytes.count, 0) == bytes.count else {
            throw CocoaError(.fileWriteUnknown)
        }
    }
}
