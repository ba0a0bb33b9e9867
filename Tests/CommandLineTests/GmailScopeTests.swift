import JSON
import TestSupport
import Testing

@testable import ses_mail

/// The scopes of a token: which are asked for, which were granted.
@Suite(.waiting)
struct GmailScopeTests {
    private let bench: GmailBench

    init() throws {
        bench = try GmailBench()
    }

    @Test("The scope of labels is asked for where it is wanted, or was granted before")
    func labels() throws {
        defer { bench.server.stop() }
        let both = "\(GmailBench.insert) \(GmailScope.labels)"
        bench.google.change { $0.token = GmailBench.grant(scope: both) }
        for (more, stored) in [
            (["--labels"], "{}"),
            ([], GmailBench.token(scopes: both.replacing(" ", with: #"", ""#))),
        ] {
            bench.google.put(GmailBench.shared, stored)
            let run = try bench.ask(bench.client + more)
            #expect(run.question["scope"] == both)
            _ = try run.browse(run.consented)
            let outcome = run.outcome()
            #expect(outcome.status == 0)
            #expect(outcome.sentence.isEmpty)
            #expect(
                bench.google.value(GmailBench.shared)?["scopes"] == [
                    .string(GmailBench.insert), .string(GmailScope.labels),
                ])
        }
    }

    @Test("A person who leaves out the labels gets a token for the mail, and is told what lacks")
    func unticked() throws {
        defer { bench.server.stop() }
        let run = try bench.ask(bench.client + ["--labels", "--mailbox", "me@gmail.com"])
        _ = try run.browse(run.consented)
        let outcome = run.outcome()
        #expect(outcome.status == 0)
        #expect(bench.google.value(GmailBench.own)?["scopes"] == [.string(GmailBench.insert)])
        #expect(
            outcome.sentence
                == "ses-mail: You did not consent to \(GmailScope.labels), so labels can be given "
                + "by id only. To name them, consent again with: ses-mail gmail authorize "
                + "--mailbox me@gmail.com --labels")
    }

    @Test("The scopes are those that Google grants now, whatever the file says")
    func scopes() throws {
        defer { bench.server.stop() }
        let both = "\(GmailBench.insert) \(GmailScope.labels)"
        bench.google.put(GmailBench.shared, GmailBench.token(scopes: both))
        for (granted, shown, allowsLabels) in [
            (both, "gmail.insert gmail.labels", true), (GmailBench.insert, "gmail.insert ", false),
            ("https://mail.google.com/", "https://mail.google.com/", true),
        ] {
            bench.google.change { $0.token = GmailBench.grant("", scope: granted) }
            #expect(try bench.run(["status"]).output.contains("ok     \(shown)"))
            let shownAsJSON = try bench.run(["status", "--json"]).output
            let token = try JSONValue(parsing: Array(shownAsJSON.utf8))["tokens"]?.array?.first
            #expect(token?["allows_labels"] == .bool(allowsLabels))
        }
    }
}
