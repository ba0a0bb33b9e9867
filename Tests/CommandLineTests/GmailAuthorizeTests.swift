import Foundation
import HTTP
import JSON
import TestSupport
import Testing

@testable import ses_mail

/// Consent that is given: what is asked, what is exchanged, what is stored, what is shown.
struct GmailAuthorizeTests {
    private let bench: GmailBench
    private var client: [String] { bench.client }

    init() throws {
        bench = try GmailBench()
    }

    @Test("The page asks for one scope, with PKCE and a state, and to be answered on loopback")
    func page() throws {
        defer { bench.server.stop() }
        let run = try bench.ask(client)
        #expect(run.page.hasPrefix("https://accounts.example/auth?"))
        let asked = run.question
        #expect(
            Set(asked.keys) == [
                "client_id", "redirect_uri", "response_type", "scope", "state", "code_challenge",
                "code_challenge_method", "access_type", "prompt",
            ])
        #expect(asked["client_id"] == "new.apps")
        #expect(asked["response_type"] == "code")
        #expect(asked["scope"] == GmailBench.insert)
        #expect(asked["code_challenge_method"] == "S256")
        #expect(asked["access_type"] == "offline")
        #expect(asked["prompt"] == "consent")
        #expect(run.redirect.wholeMatch(of: /http:\/\/127\.0\.0\.1:\d+\//) != nil)
        #expect(run.state.utf8.count == 43)
        let other = try bench.ask(client)
        #expect(other.state != run.state)
        #expect(other.redirect != run.redirect)
        for run in [run, other] {
            _ = try run.browse(run.consented)
            #expect(run.outcome().status == 0)
        }
    }

    @Test("A consent is exchanged once, with the verifier of its challenge, and stored")
    func consent() throws {
        defer { bench.server.stop() }
        let run = try bench.ask(client)
        let shown = try run.browse(run.consented)
        let outcome = run.outcome()
        #expect(outcome.status == 0)
        #expect(
            outcome.output
                == "The token is in /ses-mail/test/gmail-token, version 2. Try it with: ses-mail "
                + "gmail test --mailbox ADDRESS\n")
        #expect(shown.status == 200)
        #expect(String(decoding: shown.body, as: UTF8.self).contains("Consent stored"))
        #expect(shown.headers["Cache-Control"] == "no-store")
        let form = try #require(bench.google.forms.first)
        #expect(bench.google.forms.count == 1)
        #expect(form["grant_type"] == "authorization_code")
        #expect(form["code"] == GmailBench.code)
        #expect(form["client_id"] == "new.apps")
        #expect(form["client_secret"] == "SECRET-installed")
        #expect(form["redirect_uri"] == run.redirect)
        let verifier = try #require(form["code_verifier"])
        #expect(verifier.wholeMatch(of: /[A-Za-z0-9_-]{43}/) != nil)
        #expect(
            AuthorizationRequest.challenge(of: Secret(verifier))
                == run.question["code_challenge"])
        // Looked at before anybody was asked, and written once.
        #expect(
            bench.google.operations == [
                "GetParameter", "PutParameter", "GetQueueUrl", "GetQueueAttributes",
            ])
        let told = outcome.output + outcome.complaint + String(decoding: shown.body, as: UTF8.self)
        #expect(!told.contains("SECRET"))
        #expect(!told.contains(verifier))
    }

    @Test("The challenge is that of the standard's example")
    func challenge() {
        let verifier = Secret("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
        #expect(
            AuthorizationRequest.challenge(of: verifier)
                == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")
    }

    @Test("What is stored is google-auth's file, in the parameter of the mailbox")
    func file() throws {
        defer { bench.server.stop() }
        let run = try bench.ask(client + ["--mailbox", "Me@Gmail.com", "--json"])
        #expect(run.question["login_hint"] == "me@gmail.com")
        _ = try run.browse(run.consented)
        let outcome = run.outcome()
        #expect(outcome.status == 0)
        #expect(
            try JSONValue(parsing: Array(outcome.output.utf8)) == [
                "parameter": .string(GmailBench.own), "version": 1, "mailbox": "me@gmail.com",
                "scopes": [.string(GmailBench.insert)], "refresh_token_seconds": .null,
                "dead_letters": 0,
            ])
        let file = try #require(bench.google.value(GmailBench.own))
        #expect(
            file.members?.map(\.name) == [
                "token", "refresh_token", "token_uri", "client_id", "client_secret", "scopes",
                "universe_domain", "account", "expiry",
            ])
        #expect(file["token"] == "SECRET-access")
        #expect(file["refresh_token"] == "SECRET-new")
        #expect(file["token_uri"] == "https://oauth2.googleapis.com/token")
        #expect(file["client_id"] == "new.apps")
        #expect(file["client_secret"] == "SECRET-installed")
        #expect(file["scopes"] == [.string(GmailBench.insert)])
        #expect(file["universe_domain"] == "googleapis.com")
        #expect(file["account"] == "me@gmail.com")
        let expiry = try #require(file["expiry"]?.string)
        let moment = try #require(try? Date(expiry, strategy: .iso8601))
        #expect(abs(moment.timeIntervalSinceNow - 3599) < 120)
        #expect(bench.google.value(GmailBench.shared) == [:])
    }

    @Test("Over SSH the address that the browser ended at is pasted, or the code alone")
    func pasted() throws {
        defer { bench.server.stop() }
        for isWhole in [true, false] {
            let run = try bench.ask(client)
            run.type("")
            run.type("what now?")
            run.type(isWhole ? "  \(run.consented) " : "4%2F0SECRET-code-long-enough")
            let outcome = run.outcome()
            #expect(outcome.status == 0)
            #expect(
                outcome.sentence
                    == "ses-mail: That is not the address that the browser was sent to. Paste the "
                    + "whole address, which begins with \(run.redirect)")
            #expect(!(outcome.output + outcome.complaint).contains("SECRET"))
        }
        #expect(
            bench.google.forms.map { $0["code"] } == [
                GmailBench.code, "4/0SECRET-code-long-enough",
            ])
    }

    @Test("Whatever else comes in between is told that there is nothing, and the wait goes on")
    func bystanders() throws {
        defer { bench.server.stop() }
        let run = try bench.ask(client)
        try run.endInput()
        // Browsers open connections ahead of need.
        let idle = try (0..<20).map { _ in try OpenSocket(run.redirect) }
        for (path, method) in [
            ("favicon.ico", .get), ("", .get), ("?x=1", .get), ("?code=", .get),
            ("oauth?code=a&state=\(run.state)", .get), ("?code=a&state=\(run.state)", .post),
        ] as [(String, HTTPMethod)] {
            #expect(try run.browse(run.redirect + path, method).status == 404, "\(path)")
        }
        let nonsense = try OpenSocket(run.redirect)
        nonsense.send("nonsense\r\n\r\n")
        #expect(try run.browse(run.consented).status == 200)
        let outcome = run.outcome()
        #expect(outcome.status == 0)
        #expect(bench.google.forms.count == 1)
        withExtendedLifetime(idle) {}
    }

    @Test("Without a client's file the one that asked before asks again", arguments: [true, false])
    func again(isOwn: Bool) throws {
        defer { bench.server.stop() }
        bench.google.put(
            isOwn ? GmailBench.own : GmailBench.shared, GmailBench.token(account: "me@gmail.com"))
        let run = try bench.ask(["--mailbox", "me@gmail.com"])
        #expect(run.question["client_id"] == "id.apps")
        _ = try run.browse(run.consented)
        #expect(run.outcome().status == 0)
        #expect(bench.google.forms.first?["client_secret"] == "SECRET-client")
        #expect(bench.google.value(GmailBench.own)?["refresh_token"] == "SECRET-new")
    }

    @Test("An app in testing gets a warning: its tokens die", arguments: [604_799, 5_000_000])
    func testing(seconds: Int) throws {
        defer { bench.server.stop() }
        bench.google.change {
            $0.token = GmailBench.grant(
                #""refresh_token": "SECRET-new", "refresh_token_expires_in": \#(seconds), "#)
        }
        let run = try bench.ask(client)
        _ = try run.browse(run.consented)
        let outcome = run.outcome()
        #expect(outcome.status == 0)
        #expect(outcome.sentence.hasPrefix("ses-mail: This token expires on 20"))
        #expect(outcome.sentence.contains("Publish it") == (seconds < 1_000_000))
    }
}

/// A connection on which a test says what it likes.
private final class OpenSocket {
    private let descriptor: Int32

    init(_ url: String) throws {
        let port = try #require(URL(string: url)?.port)
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let descriptor = descriptor
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        try #require(status == 0)
    }

    deinit {
        close(descriptor)
    }

    func send(_ text: String) {
        let bytes = Array(text.utf8)
        #expect(Foundation.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count)
    }
}
