import Foundation
import HTTP
import JSON
import TestSupport
import Testing

@testable import ses_mail

/// `gmail put`, `status` and `test`, where Google or AWS does not do as usual.
struct GmailTokenTests {
    private let bench: GmailBench
    private let folder: ScratchFolder

    init() throws {
        bench = try GmailBench()
        folder = try ScratchFolder()
    }

    @Test("A file is stored as it is after a refresh, with what we do not know kept")
    func put() throws {
        defer { bench.server.stop() }
        let path = try folder.file("token.json", GmailBench.token())
        let run = try bench.run(["put", path])
        #expect(run.status == 0)
        #expect(
            run.output
                == "The token is in /ses-mail/test/gmail-token, version 2. You can delete \(path) "
                + "now.\n")
        let stored = try #require(bench.google.value(GmailBench.shared))
        #expect(stored["kept"] == 1)
        #expect(stored["token"] == "SECRET-access")
        #expect(stored["refresh_token"] == "SECRET-new")
        #expect(bench.google.forms.map { $0["refresh_token"] } == ["SECRET-old"])
        #expect(!(run.output + run.complaint).contains("SECRET"))
    }

    @Test("Without the check Google is not asked, and the file is stored as it is")
    func unchecked() throws {
        defer { bench.server.stop() }
        let run = try bench.run(
            ["put", "-", "--no-check", "--mailbox", "me@gmail.com", "--json"],
            input: GmailBench.token())
        #expect(run.status == 0)
        #expect(
            try JSONValue(parsing: Array(run.output.utf8)) == [
                "parameter": .string(GmailBench.own), "version": 1, "mailbox": "me@gmail.com",
            ])
        #expect(
            try bench.google.value(GmailBench.own)
                == JSONValue(parsing: Array(GmailBench.token().utf8)))
        #expect(bench.google.forms.isEmpty)
    }

    static let badFiles: [(String, [String], Int32, String)] = [
        ("{", [], 1, "it is no JSON. Nothing was written."),
        (#"{"refresh_token": "SECRET"}"#, [], 1, "it has no client_id. Nothing was written."),
        (GmailBench.clientFile, [], 1, "is an OAuth client's file, not a token. Consent with"),
        (
            GmailBench.token(account: "you@gmail.com"), ["--mailbox", "me@gmail.com"], 3,
            "is the token of you@gmail.com, not of me@gmail.com. Nothing was written."
        ),
        (GmailBench.token(account: String(repeating: "a", count: 4096)), [], 1, "than the 4096"),
        (GmailBench.token(account: "{{ssm:x}}"), [], 1, "contains {{, which is not allowed"),
    ]

    @Test("A file that is no token is not stored", arguments: badFiles.indices)
    func badFile(index: Int) throws {
        defer { bench.server.stop() }
        let (content, more, status, words) = Self.badFiles[index]
        let run = try bench.run(["put", try folder.file("t.json", content)] + more)
        #expect(run.status == status)
        #expect(run.complaint.contains(words))
        #expect(run.complaint.split(separator: "\n").count == 1)
        #expect(!run.complaint.contains("SECRET"))
        #expect(bench.server.connectionCount == 0)
    }

    @Test("A token that Google does not take, or that allows too little, is not stored")
    func useless() throws {
        defer { bench.server.stop() }
        let path = try folder.file("token.json", GmailBench.token())
        for (answer, status, words) in [
            (GmailBench.refusal(400, "invalid_grant"), 1, "Google rejected the refresh token"),
            (GmailBench.refusal(401, "invalid_client"), 1, "Google does not know the token's"),
            (GmailBench.grant(scope: "openid email"), 3, "does not allow importing mail"),
        ] as [(Answer, Int32, String)] {
            bench.google.change { $0.token = answer }
            let run = try bench.run(["put", path])
            #expect(run.status == status)
            #expect(run.complaint.contains(words))
        }
        #expect(!bench.google.operations.contains("PutParameter"))
    }

    @Test("Another token is replaced by who says so only; the same one is no other")
    func replacing() throws {
        defer { bench.server.stop() }
        bench.google.put(GmailBench.shared, GmailBench.token())
        let other = try folder.file("other.json", GmailBench.token(refresh: "SECRET-other"))
        let refused = try bench.run(["put", other])
        #expect(refused.status == 3)
        #expect(
            refused.complaint
                == "ses-mail: Another token is in /ses-mail/test/gmail-token in test in eu-west-1. "
                + "Replace it? Not done: confirmation is needed, but this is not a terminal. Add "
                + "--yes to proceed.\n")
        #expect(bench.google.version(GmailBench.shared) == 2)
        #expect(try bench.run(["put", other, "--yes", "--no-check"]).status == 0)
        #expect(bench.google.value(GmailBench.shared)?["refresh_token"] == "SECRET-other")
        #expect(try bench.run(["put", other, "--no-check"]).status == 0)
    }

    @Test("A test mail is imported as the forwarder imports, with the mailbox's own token")
    func test() throws {
        defer { bench.server.stop() }
        bench.google.put(GmailBench.own, GmailBench.token())
        let run = try bench.run(["test", "--mailbox", "Me@gmail.com", "--json"])
        #expect(run.status == 0)
        let printed = try JSONValue(parsing: Array(run.output.utf8))
        #expect(printed["id"] == "18c")
        #expect(printed["mailbox"] == "me@gmail.com")
        let request = try #require(bench.google.imports.first)
        #expect(
            request.target
                == "/upload/gmail/v1/users/me%40gmail.com/messages/import?uploadType=multipart"
                + "&internalDateSource=receivedTime&neverMarkSpam=false")
        #expect(request.header("Authorization") == "Bearer SECRET-access")
        let body = request.bodyText
        #expect(body.contains(#"{"labelIds":["INBOX","UNREAD"]}"#))
        for line in [
            "To: <me@gmail.com>", "Subject: ses-mail test", "From: ses-mail <me@gmail.com>",
        ] {
            #expect(body.contains("\r\n\(line)\r\n"), "\(line)")
        }
        #expect(body.contains("Message-ID: \(printed["message_id"]?.string ?? "?")\r\n"))
        let second = try bench.run(["test", "--mailbox", "me@gmail.com", "--json"]).output
        #expect(
            try JSONValue(parsing: Array(second.utf8))["message_id"] != printed["message_id"])
    }

    @Test("A success without the mail's id is none", arguments: ["", "<html>Welcome</html>", "{}"])
    func unconfirmed(body: String) throws {
        defer { bench.server.stop() }
        bench.google.put(GmailBench.own, GmailBench.token())
        bench.google.change { $0.gmail = Answer(200, [], body) }
        let run = try bench.run(["test", "--mailbox", "me@gmail.com"])
        #expect(run.status == 5)
        #expect(run.output.isEmpty)
        #expect(
            run.sentence
                == "ses-mail: The answer is a success (200), but lacks the id of the mail at "
                + "Gmail, so the mail may be there or not. Check whether a proxy is in the way, "
                + "then try again.")
        #expect(bench.google.imports.count == 1)
    }

    @Test("The shared token's account is whom a test mail goes to, where the token says it")
    func owner() throws {
        defer { bench.server.stop() }
        let empty = try bench.run(["test"])
        #expect(empty.status == 4)
        #expect(empty.complaint.hasPrefix("ses-mail: There is no shared token. Name the"))
        bench.google.put(GmailBench.shared, GmailBench.token())
        let silent = try bench.run(["test"])
        #expect(silent.status == 64)
        #expect(
            silent.complaint
                == "ses-mail: The shared token does not name its account: give --mailbox ADDRESS.\n"
        )
        #expect(bench.google.imports.isEmpty)
        bench.google.put(GmailBench.shared, GmailBench.token(account: "Owner@gmail.com"))
        let run = try bench.run(["test"])
        #expect(run.status == 0)
        #expect(run.output.hasPrefix("Gmail has the mail: 18c in owner@gmail.com, "))
    }
}
