import Foundation
import HTTP
import JSON
import TestSupport
import Testing

@testable import ses_mail

/// Consent that comes to nothing: one sentence, a status, and nothing is stored.
@Suite(.waiting)
struct GmailConsentFailureTests {
    private let bench: GmailBench
    private var client: [String] { bench.client }

    init() throws {
        bench = try GmailBench()
    }

    /// After a consent that failed: the parameter is as it was, and no secret was told.
    private func expectNothing(
        _ outcome: ConsentRun.Outcome, exchanges: Int,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(bench.google.value(GmailBench.shared) == [:], sourceLocation: sourceLocation)
        #expect(!bench.google.operations.contains("PutParameter"), sourceLocation: sourceLocation)
        #expect(bench.google.forms.count == exchanges, sourceLocation: sourceLocation)
        #expect(outcome.output.isEmpty, sourceLocation: sourceLocation)
        #expect(!outcome.complaint.contains("SECRET"), sourceLocation: sourceLocation)
    }

    static let foreign = [
        "state=other&code=SECRET", "code=SECRET", "state=other&error=access_denied",
    ]

    @Test("A pasted answer with another state is refused, and its code is not exchanged")
    func foreignPasted() throws {
        defer { bench.server.stop() }
        for fields in Self.foreign {
            let run = try bench.ask(client)
            run.type(run.back(fields))
            let outcome = run.outcome()
            #expect(outcome.status == 3)
            #expect(outcome.sentence.hasPrefix("ses-mail: The answer is not for this request"))
            expectNothing(outcome, exchanges: 0)
        }
    }

    @Test("A stale tab, or a page that guesses the port, does not end the question")
    func foreignTab() throws {
        defer { bench.server.stop() }
        let run = try bench.ask(client)
        for fields in Self.foreign {
            let shown = try run.browse(run.back(fields))
            #expect(shown.status == 400)
            #expect(!String(decoding: shown.body, as: UTF8.self).contains("SECRET"))
        }
        #expect(try run.browse(run.consented).status == 200)
        let outcome = run.outcome()
        #expect(outcome.status == 0)
        let warnings = outcome.complaint.split(separator: "\n").filter {
            $0.hasPrefix("ses-mail: A browser returned with the answer to another request")
        }
        #expect(warnings.count == 1)
        #expect(bench.google.forms.compactMap { $0["code"] } == [GmailBench.code])
    }

    @Test("A browser with the cookies of many other programs is heard")
    func cookies() throws {
        defer { bench.server.stop() }
        for size in [17 << 10, 200 << 10] {
            let run = try bench.ask(client)
            let cookie = "name=" + String(repeating: "x", count: 3000)
            let cookies = [String](repeating: cookie, count: size / 3000 + 1)
            let shown = try run.browse(run.consented, cookie: cookies.joined(separator: "; "))
            #expect(shown.status == 200)
            #expect(run.outcome().status == 0)
        }
    }

    @Test("A browser that sends without an end is shown a page, and the terminal tells it once")
    func endless() throws {
        defer { bench.server.stop() }
        let run = try bench.ask(client)
        for _ in 0..<2 {
            let head = "GET / HTTP/1.1\r\nCookie: " + String(repeating: "x", count: 5 << 20)
            let shown = try LoopbackClient.exchange(Array(head.utf8), port: run.port)
            #expect(shown.starts(with: "HTTP/1.1 431 ".utf8))
            #expect(String(decoding: shown, as: UTF8.self).contains("Too many cookies"))
        }
        #expect(try run.browse(run.consented).status == 200)
        let outcome = run.outcome()
        #expect(outcome.status == 0)
        let told = outcome.complaint.split(separator: "\n").filter {
            $0.hasPrefix("ses-mail: The browser sent too many cookies. Paste ")
        }
        #expect(told.count == 1)
    }

    @Test("A browser that insists on https is told at once, and the terminal too")
    func encrypted() throws {
        defer { bench.server.stop() }
        let run = try bench.ask(client)
        for _ in 0..<2 {
            #expect(throws: HTTPError.self) {
                try run.browse("https" + run.consented.dropFirst("http".count))
            }
        }
        // A fatal alert, and the end: nobody waits.
        let hello: [UInt8] = [22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3]
        let answer = try LoopbackClient.exchange(hello, port: run.port)
        #expect(answer == [21, 3, 1, 0, 2, 2, 70])
        #expect(try run.browse(run.consented).status == 200)
        let outcome = run.outcome()
        #expect(outcome.status == 0)
        let told = outcome.complaint.split(separator: "\n").filter {
            $0.hasPrefix("ses-mail: The browser returned with https, but http://127.0.0.1:")
        }
        #expect(told.count == 1)
    }

    @Test("Who says no is believed", arguments: ["access_denied", "admin_policy_enforced"])
    func denied(reason: String) throws {
        defer { bench.server.stop() }
        for isPasted in [true, false] {
            let run = try bench.ask(client)
            let answer = run.back("error=\(reason)&state=\(run.state)")
            if isPasted { run.type(answer) } else { #expect(try run.browse(answer).status == 200) }
            let outcome = run.outcome()
            #expect(outcome.status == 3)
            #expect(outcome.sentence.contains("(\(reason)). Nothing was written"))
            #expect(
                outcome.sentence.contains("You did not consent") == (reason == "access_denied"))
            expectNothing(outcome, exchanges: 0)
        }
    }

    @Test("What Google says of itself in an error is cut and made harmless")
    func hostile() throws {
        defer { bench.server.stop() }
        let run = try bench.ask(client)
        _ = try run.browse(
            run.back("state=\(run.state)&error=%1B%5B31m%0Aa" + String(repeating: "b", count: 200)))
        let outcome = run.outcome()
        #expect(outcome.status == 3)
        #expect(!outcome.complaint.contains("\u{1B}"))
        #expect(outcome.sentence.utf8.count < 200)
    }

    @Test("Who does not answer in time is told so")
    func timeOut() throws {
        defer { bench.server.stop() }
        let run = try bench.ask(client + ["--timeout", "1"])
        let outcome = run.outcome()
        #expect(outcome.status == 1)
        #expect(
            outcome.sentence
                == "ses-mail: Nobody consented within 1 seconds. Nothing was written. Run the "
                + "command again."
        )
        expectNothing(outcome, exchanges: 0)
    }

    static let exchanges: [(Answer, Int32, String)] = [
        (GmailBench.grant(""), 1, "Google's answer has no refresh token in it. Nothing"),
        (GmailBench.grant(scope: "openid"), 3, "You consented, but not to https://www.goog"),
        (GmailBench.refusal(400, "invalid_grant"), 1, "Google rejects the code (invalid_gr"),
        (GmailBench.refusal(401, "invalid_client"), 1, "Google does not know the OAuth client, or"),
        (GmailBench.refusal(400, "weird"), 1, "Google issued no token (weird, 400). Nothing was"),
        (GmailBench.refusal(500, "server_error"), 5, "Google failed to issue a token (server_err"),
        (Answer(503, [], "<html>"), 5, "Google failed to issue a token (HTTP 503). Nothing was"),
        (Answer(200, [], "<html>"), 1, "Google's answer has no token in it. Nothing was written"),
    ]

    @Test("What the token endpoint refuses is told, and asked once", arguments: exchanges.indices)
    func exchange(index: Int) throws {
        defer { bench.server.stop() }
        let (answer, status, words) = Self.exchanges[index]
        bench.google.change { $0.token = answer }
        let run = try bench.ask(client)
        let shown = try run.browse(run.consented)
        #expect(String(decoding: shown.body, as: UTF8.self).contains("It did not work"))
        let outcome = run.outcome()
        #expect(outcome.status == status)
        #expect(outcome.sentence.hasPrefix("ses-mail: \(words)"))
        #expect(!outcome.complaint.contains("words of Google's"))
        expectNothing(outcome, exchanges: 1)
    }

    @Test("A token endpoint that is out of reach is status 5")
    func unreachable() throws {
        defer { bench.server.stop() }
        let gone = try LoopbackServer(answers: [Answer(500)])
        gone.stop()
        let run = try bench.ask(client, more: ["GOOGLE_TOKEN_ENDPOINT_URL": "\(gone.url)/token"])
        run.type(run.consented)
        let outcome = run.outcome()
        #expect(outcome.status == 5)
        #expect(outcome.sentence.hasPrefix("ses-mail: Google.token was not sent: "))
        expectNothing(outcome, exchanges: 0)
    }

    @Test("A parameter that cannot be written is told, without what should have gone there")
    func unwritable() throws {
        defer { bench.server.stop() }
        bench.google.change {
            $0.refusals["PutParameter"] = Answer(
                400, [], #"{"__type": "ValidationException", "message": "no: SECRET-new"}"#)
        }
        let run = try bench.ask(client)
        let shown = try run.browse(run.consented)
        #expect(String(decoding: shown.body, as: UTF8.self).contains("It did not work"))
        let outcome = run.outcome()
        #expect(outcome.status == 1)
        #expect(outcome.sentence.contains("SSM.PutParameter was refused: ValidationException"))
        #expect(!outcome.complaint.contains("SECRET"))
    }
}
