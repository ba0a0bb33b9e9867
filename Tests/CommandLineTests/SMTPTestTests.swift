import AWS
import ArgumentParser
import CCurl
import JSON
import SMTPCredentials
import TestSupport
import Testing
import Text

@testable import Submission
@testable import ses_mail

/// `smtp test` against a deployed world, whose SMTP endpoint refuses as SES does.
@Suite(.waiting)
struct SMTPTestTests {
    private let world: World

    init() throws {
        world = try LocalCloud.shared.get().world()
        let arguments = ["smtp", "create", "john", "--from", "john@example.com", "--from"]
        #expect(try world.run(arguments + ["*@news.example.com", "--wait"]).status == 0)
    }

    private let toMe = ["smtp", "test", "john", "--to", "support@example.com"]

    @Test("A credential sends, and what is for our own domain arrives in its mailbox")
    func circle() throws {
        let rule = ["rules", "set", "support@example.com", "forward", "me@gmail.com"]
        #expect(try world.run(rule).status == 0)
        let server = try #require(try world.get("smtp")["starttls"]?.string)
        let run = try world.run(toMe)
        #expect(run.status == 0, "\(run.complaint)")
        let start =
            "john: sent from john@example.com to support@example.com by \(server), which answered: "
            + "250 Ok "
        #expect(run.output.hasPrefix(start), "\(run.output)")
        try world.waitUntilQuiet()
        let mails = try world.mailbox("me@gmail.com").map { String(decoding: $0, as: UTF8.self) }
        #expect(mails.count == 1)
        #expect(mails.first?.contains("Subject: Test of the SMTP credential john\r\n") == true)
        let second = try world.run(toMe + ["--to", "b@remote.example", "--json"])
        let answer = try JSONValue(parsing: second.output)
        #expect(answer["from"] == "john@example.com")
        #expect(answer["to"] == ["support@example.com", "b@remote.example"])
        let outbox = try #require(try world.get("outbox").array)
        #expect(outbox.last?["messageId"] == answer["message_id"])
        let shown = try JSONValue(
            parsing: try world.run(["smtp", "show", "john", "--reveal", "--json"]).output)
        let password = try #require(shown["password"]?.string)
        for run in [run, second] { #expect(!(run.output + run.complaint).contains(password)) }
    }

    @Test("What SES refuses, and a server that no root vouches for, is said with what to do")
    func refusals() throws {
        let server = try #require(try world.get("smtp")["starttls"]?.string)
        let untrusted = try FakeCredential.test(at: "smtp://\(server)")
        #expect(untrusted.status == 5)
        let start = "ses-mail: There is no secure connection to \(server), so nothing was sent: "
        #expect(untrusted.sentence.hasPrefix(start), "\(untrusted.complaint)")
        // The list has the second, which the permissions boundary leaves out.
        let cures = [
            "boss@example.com":
                "Add the address with: ses-mail smtp allow john --add boss@example.com",
            "weekly@news.example.com": "The list has this address, but a credential may",
        ]
        for (sender, cure) in cures {
            let denied = try world.run(toMe + ["--from", sender])
            #expect(denied.status == 3)
            let words = [
                "SES does not let john send from \(sender) (554 Access denied: User `arn:aws:iam:",
                "It may send from: john@example.com *@news.example.com. \(cure)",
            ]
            for part in words { #expect(denied.sentence.contains(part), "\(denied.sentence)") }
        }
        #expect(try world.run(["smtp", "disable", "john"]).status == 0)
        try world.waitUntilQuiet()
        let disabled = try world.run(toMe)
        #expect(disabled.status == 3)
        #expect(
            disabled.sentence
                == "ses-mail: SES refuses the login of john (535 Authentication Credentials "
                + "Invalid). It is disabled. Let it send with: ses-mail smtp enable john")
        #expect(try world.get("outbox") == [])
    }
}

/// `smtp test` where there is no emulated SES.
@Suite(.waiting)
struct SMTPTestFailureTests {
    @Test("A server that offers no STARTTLS is given no password")
    func clear() throws {
        let server = try LoopbackServer { connection in
            connection.send("220 clear\r\n")
            guard connection.readBody(atLeast: 1) else { return }
            connection.send("250-clear\r\n250 AUTH PLAIN LOGIN\r\n")
            connection.waitForEnd()
        }
        defer { server.stop() }
        let run = try FakeCredential.test(at: "smtp://\(server.address)")
        #expect(run.status == 5)
        #expect(
            run.sentence.hasPrefix(
                "ses-mail: There is no secure connection to \(server.address), so nothing was "
                    + "sent: the server offers no STARTTLS. "), "\(run.complaint)")
    }

    @Test("A server that is not there is named, with the port that the network has to let out")
    func gone() throws {
        let url = try LoopbackServer.goneURL().replacing("http:", with: "smtp:")
        let run = try FakeCredential.test(at: url)
        #expect(run.status == 5)
        let place = url.dropFirst("smtp://".count)
        let port = place.split(separator: ":")[1]
        #expect(run.sentence.hasPrefix("ses-mail: \(place) could not be reached: "))
        #expect(run.sentence.hasSuffix("connections to port \(port) out, then try again."))
    }

    @Test(
        "An address that is none is said to be none",
        arguments: ["host:1", "smtp://h", "smtp://h:0"])
    func address(text: String) throws {
        let run = try FakeCredential.test(at: text)
        #expect(run.status == 64)
        #expect(
            run.sentence
                == "ses-mail: SMTP_ENDPOINT_URL is not an address: set it to smtp://HOST:PORT, or "
                + "unset it.")
    }

    @Test("A credential whose list has no single address needs --from")
    func patterns() throws {
        let run = try FakeCredential.test(at: "smtp://h:1", senders: ["*@a.example", "*"])
        #expect(run.status == 64)
        #expect(
            run.sentence
                == "ses-mail: john may send from *@a.example *, which is no single address: choose "
                + "one with --from.")
    }

    static let refusals: [(SubmissionError, Int32, String)] = [
        (
            unverified("Friend@b.example"), 1,
            "The account is in SES's sandbox, where recipients have to be verified too. Verify "
                + "friend@b.example, or ask for production access."
        ),
        (unverified("john@a.example"), 1, "Verify the sender's domain with SES."),
        (.refused(.init(code: 552, text: "Message is too long.")), 1, "(552 Message is too long)."),
        (.refused(.init(code: 454, text: "Throttling failure")), 5, "Try again."),
        (.loginRefused(.init(code: 535, text: "no")), 3, "ses-mail smtp reconcile"),
        (.timedOut, 5, "did not answer in time, so whether the mail was sent is not known."),
        (.broken(reason: "x"), 5, "broke, so whether the mail was sent is not known: x."),
        (.unsupported, 1, "libcurl does not speak SMTP"),
    ]

    private static func unverified(_ address: String) -> SubmissionError {
        .refused(
            .init(
                code: 554,
                text: "Message rejected: Email address is not verified. The following identities "
                    + "failed the check in region EU-WEST-1: \(address)"))
    }

    @Test("A login that the server has no time for now is not a wrong password")
    func laterLogin() {
        for (code, error) in [
            (454, SubmissionError.refused(.init(code: 454, text: "later"))),
            (535, .loginRefused(.init(code: 535, text: "later"))),
        ] {
            let reply = SubmissionReply(code: code, text: "later")
            #expect(SubmissionError(CURLE_LOGIN_DENIED, reply) == error)
        }
    }

    @Test("Each refusal says what to do next", arguments: refusals.indices)
    func sentences(index: Int) throws {
        let (error, status, words) = Self.refusals[index]
        let deployment = try Deployment(
            try CommonOptions.parse(["--env", "local"]))
        let attempt = SubmissionAttempt(
            view: CredentialView(["SK": .string("USER#john"), "status": .string("active")]),
            sender: "john@a.example", recipients: ["friend@b.example"],
            server: ServerSettings(region: "eu-west-1"))
        let failure = Failure(error, at: attempt, in: deployment)
        #expect(failure.status.rawValue == status)
        #expect(failure.sentence.contains(words), "\(failure.sentence)")
    }
}

/// A credential of a deployment `test` whose AWS is a loopback server.
private enum FakeCredential {
    static func test(at endpoint: String, senders: [String] = ["john@a.example"]) throws
        -> CommandRun
    {
        let password = #"{"access_key_id": "AKIA", "smtp_password": "BPASSWORD"}"#
        let list = senders.map { #"{"S": "\#($0)"}"# }.joined(separator: ",")
        let row =
            #"{"SK": {"S": "USER#john"}, "status": {"S": "active"}, "encrypted_password": "#
            + #"{"S": "YQ=="}, "allowed_from_addresses": {"L": [\#(list)]}}"#
        let server = try LoopbackServer { request in
            switch request.operation {
            case "GetItem": Answer(200, [], #"{"Item": \#(row)}"#)
            case "Decrypt":
                Answer(200, [], #"{"Plaintext": "\#(Base64.encode(Array(password.utf8)))"}"#)
            default: .noParameter
            }
        }
        defer { server.stop() }
        let run = try CommandRun(
            ["smtp", "test", "john", "--to", "friend@b.example", "--env", "test"],
            environment: ConventionTests.keys.merging([
                "AWS_ENDPOINT_URL": server.url, "SMTP_ENDPOINT_URL": endpoint,
            ]) { $1 })
        #expect(!(run.output + run.complaint).contains("BPASSWORD"))
        return run
    }
}
