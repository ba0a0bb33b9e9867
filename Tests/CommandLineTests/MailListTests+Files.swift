import Foundation
import JSON
import TestSupport
import Testing

@testable import ses_mail

/// What is made of the mail that the list shows: a file, nothing, or a trace.
extension MailListTests {
    @Test("Python's mailbox reads each mail of the file back, byte for byte but for From lines")
    func mbox() throws {
        var random = SeededGenerator(seed: 13)
        let texts = (0..<40).map { _ in random.hostileText(maximumScalars: 200) }
        let mails =
            texts.enumerated().map { index, text in
                Self.mail(index) + Array("\(text)\r\nfrom\r\n From \r\n>From x\r\n\r\n".utf8)
            } + [Array("Subject: x\n\nlast line\n".utf8), Array("\r\n".utf8)]
        let server = try server(mails)
        defer { server.stop() }
        let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).mbox").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let run = try CommandRun(["mail", "export", "--mbox", path], at: server.url)
        #expect(
            run.output == "Saved 42 mails as \(path). 40 mails of these had lines that begin with "
                + "From, now >From.\n", "\(run.complaint)")
        let program = """
            import base64, mailbox, sys
            box = mailbox.mbox(sys.argv[1], create=False)
            for key in box.keys(): print(base64.b64encode(box.get_bytes(key)).decode())
            """
        let read = try ProgramRun(
            Repository.root.appending(path: ".venv/bin/python"), ["-c", program, path])
        let found = read.output.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        let expected = mails.reversed().map { mail in
            let text = String(decoding: mail, as: UTF8.self)
            let marked = text.replacing("\r\nFrom the start", with: "\r\n>From the start")
            return Data(marked.utf8).base64EncodedString()
        }
        #expect(found.map(String.init) == expected)
        let again = try CommandRun(["mail", "export", "--mbox", path], at: server.url)
        #expect(again.status == 1 && again.complaint.contains("it exists already"))
    }

    @Test("A mail is deleted when somebody agrees, who hears which mailbox has it")
    func delete() throws {
        let done = #"{"SK": {"S": "GMAIL#me@gmail.com"}, "state": {"S": "done"}}"#
        let server = try server([Self.mail(0), Self.mail(1)], rows: ["m0": done])
        defer { server.stop() }
        let refused = try CommandRun(["mail", "delete", "m0"], at: server.url)
        #expect(refused.status == 3)
        #expect(
            refused.complaint.contains(
                "me@gmail.com has this mail; the stored copy is lost. Delete"))
        let only = try CommandRun(["mail", "delete", "m1"], at: server.url)
        #expect(
            only.complaint.contains("No mailbox has this mail: its only copy is lost. Delete it"))
        #expect(!server.requests.contains { $0.method == "DELETE" })
        let run = try CommandRun(["mail", "delete", "m0", "--yes", "--json"], at: server.url)
        #expect(run.output == #"{"deleted":"m0","mailboxes":["me@gmail.com"]}"# + "\n")
        #expect(server.requests.last?.method == "DELETE")
        #expect(server.requests.last?.target.hasSuffix("/emails/m0") == true)
    }

    @Test("A mail is found by its Message-ID or its recipient, and of several each is named")
    func trace() throws {
        let server = try server(
            (0..<3).map { Self.mail($0, "Message-ID: <\($0 / 2)@remote.example>") }, log: Self.log)
        defer { server.stop() }
        func ids(_ word: String) throws -> [String] {
            let run = try CommandRun(["trace", word, "--json"], at: server.url)
            #expect(!run.output.isEmpty, "\(word) \(run.complaint)")
            let json = try JSONValue(parsing: Array(run.output.utf8))
            return json.array?.compactMap { $0["message_id"]?.string } ?? [
                json["message_id"]?.string ?? ""
            ]
        }
        #expect(try ids("<0@remote.example>") == ["m1", "m0"])
        let several = try CommandRun(["trace", "<0@remote.example>"], at: server.url)
        #expect(several.output.hasSuffix("Choose one with: ses-mail trace SES-ID --env test\n"))
        #expect(try ids("<1@remote.example>") == ["m2"])
        #expect(try ids("A2@example.com") == ["m2"])
        let none = try CommandRun(["trace", "nobody@example.com"], at: server.url)
        #expect(none.status == 4)
        #expect(
            none.sentence.hasPrefix("ses-mail: No mail for nobody@example.com was found in test"))
        #expect(try CommandRun(["trace", "<a b>"], at: server.url).status == 64)
    }

    @Test("Whom a mail names in To is no recipient: without the log it is released to nobody")
    func unknownRecipients() throws {
        let mail = Array("From: a@remote.example\r\nTo: boss@example.com\r\n\r\nx\r\n".utf8)
        let server = try server([mail])
        defer { server.stop() }
        let run = try CommandRun(["mail", "release", "m0", "--yes"], at: server.url)
        #expect(run.status == 3)
        #expect(
            run.sentence
                == "ses-mail: The mail m0 has no mailbox: the routing log and its header do not "
                + "name its recipients. Name the mailbox with --to. Nothing was released.")
        #expect(!server.requests.contains { $0.operation == "PutEvents" })
    }
}
