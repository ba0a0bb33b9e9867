import Foundation
import HTTP
import JSON
import TestSupport
import Testing

/// Mail that failed while a token was dead, and is tried again after a consent.
@Suite(.waiting)
struct GmailRedriveTests {
    private let bench: GmailBench

    init() throws {
        bench = try GmailBench()
        bench.google.change { $0.deadLetters = 12 }
    }

    private static let offer =
        "12 mails could not be imported, perhaps for want of this token, and wait in "
        + "ses-gmail-forwarder-dlq-test. Try again "

    @Test(
        "Without a terminal the command is told that tries them again, and the answer counts them")
    func told() throws {
        defer { bench.server.stop() }
        for isJSON in [false, true] {
            let run = try bench.ask(bench.client + (isJSON ? ["--json"] : []))
            _ = try run.browse(run.consented)
            let outcome = run.outcome()
            #expect(outcome.status == 0)
            #expect(
                outcome.sentence
                    == "ses-mail: \(Self.offer)with: ses-mail queues redrive gmail-forwarder")
            guard isJSON else { continue }
            let answer = try JSONValue(parsing: Array(outcome.output.utf8))
            #expect(answer["dead_letters"] == 12)
        }
        #expect(!bench.google.operations.contains("StartMessageMoveTask"))
    }

    @Test("At a terminal they are moved back after a yes, and only then", arguments: [true, false])
    func asked(isYes: Bool) throws {
        defer { bench.server.stop() }
        let command = EveryCommand(
            arguments: ["gmail", "authorize", "--timeout", "60"] + bench.client)
        let terminal = try Terminal(
            command, at: bench.server.url, isAsked: true, more: bench.environment)
        let shown = terminal.text(with: "press Return.")
        let page = shown.split(separator: "\r\n").first { $0.contains("?client_id=") } ?? ""
        let asked = FakeGoogle.form(page.split(separator: "?").last.map(String.init) ?? "")
        let (redirect, state) = (asked["redirect_uri"] ?? "", asked["state"] ?? "")
        terminal.type("\(redirect)?state=\(state)&code=\(GmailBench.code)\n")
        #expect(terminal.text(with: "[y/N] ").contains("\(Self.offer)now? [y/N] "))
        terminal.type(isYes ? "y\n" : "\n")
        let end = terminal.end()
        #expect(terminal.status == 0)
        #expect(bench.google.operations.contains("StartMessageMoveTask") == isYes)
        #expect(end.contains("ses-mail queues redrive gmail-forwarder") != isYes)
    }

    @Test("A queue that cannot be counted fails nothing: the token is stored")
    func uncounted() throws {
        defer { bench.server.stop() }
        bench.google.change {
            $0.refusals["GetQueueUrl"] = Answer(
                400, [], #"{"__type": "x#AccessDeniedException", "Message": "no"}"#)
        }
        let run = try bench.ask(bench.client + ["--json"])
        _ = try run.browse(run.consented)
        let outcome = run.outcome()
        #expect(outcome.status == 0)
        #expect(
            outcome.sentence.hasPrefix(
                "ses-mail: It is not known whether mail waits for this token. "))
        let answer = try JSONValue(parsing: Array(outcome.output.utf8))
        #expect(answer["dead_letters"] == .null)
        #expect(bench.google.version(GmailBench.shared) == 2)
    }
}
