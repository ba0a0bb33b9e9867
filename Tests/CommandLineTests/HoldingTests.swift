import AWS
import JSON
import Mail
import TestSupport
import Testing

@testable import ses_mail

/// Why a mail is stored, by the routing log, and by what is left when the log is gone.
struct HoldingTests {
    private func mail(_ header: String = "") -> StoredMail {
        StoredMail(
            S3.Object(key: "emails/id", byteCount: 1, lastModified: "2026-11-29T10:00:00.000Z"),
            bucket: "mails", beginning: Array("\(header)\r\n\r\n".utf8))
    }

    /// A line of the log: words of a decision as the router writes them.
    private func line(_ log: String) throws -> RoutingLogLine {
        let text = #"{"id":"e","messageId":"id","log":"\#(log)"}"#
        return try #require(
            RoutingLogLine(.init(id: "1", timestamp: 1, message: text)))
    }

    private func row(_ key: String, _ state: String, reason: String? = nil) -> Item {
        var row: Item = ["SK": .string(key), "state": .string(state)]
        row["reason"] = reason.map { .string($0) }
        return row
    }

    private static let imported = "GMAIL#me@gmail.com"

    @Test(
        "While the log lasts, the last decision for each recipient tells",
        arguments: [
            (["store a%40b - - spam"], nil, ["junk"], ["spam"]),
            (["store a%40b - - virus"], nil, ["junk"], ["virus"]),
            (["store a%40b - - blocked-sender"], nil, ["stored"], ["blocked-sender"]),
            (["store a%40b - ROUTE%23a%40b -"], nil, ["stored"], []),
            (["bounce a%40b - ROUTE%23%2A no-rule"], nil, ["bounced"], ["no-rule"]),
            (["forward-to-gmail a%40b me%40gmail.com ROUTE%23a%40b -"], nil, ["waiting"], []),
            (
                ["forward-to-gmail a%40b me%40gmail.com ROUTE%23a%40b -"], "refused", ["refused"],
                ["too odd"]
            ),
            (
                [
                    "store a%40b - ROUTE%23a%40b keep; "
                        + "forward-to-gmail a%40b me%40gmail.com ROUTE%23a%40b -"
                ], "done", ["stored"], ["keep"]
            ),
            (
                ["store a%40b - - spam", "forward-to-gmail a%40b me%40gmail.com ROUTE%23a%40b -"],
                "refused", ["refused"], ["too odd"]
            ),
            (
                ["bounce a%40b - - no-rule; store c%40b - - ended"], nil, ["stored", "bounced"],
                ["no-rule", "ended"]
            ),
        ] as [([String], String?, [String], [String])])
    func log(lines: [String], state: String?, kinds: [String], reasons: [String]) throws {
        let decisions = try lines.map(line)
        let rows = state.map { [row(Self.imported, $0, reason: $0 == "refused" ? "too odd" : nil)] }
        let holding = Holding(mail("X-SES-Spam-Verdict: FAIL"), decisions, rows: rows ?? [])
        #expect(holding.kinds.map(\.rawValue) == kinds)
        #expect(holding.reasons.sorted() == reasons.sorted())
        #expect(holding.source == .log)
        #expect(Holding.needsLedger(decisions) == lines.last?.contains("forward"))
    }

    @Test("A release does not hide why the mail was stored")
    func released() throws {
        let decisions = try [
            "store a%40b - - spam",
            "store a%40b - - keep; forward-to-gmail a%40b me%40gmail.com - -",
        ].map(line)
        let holding = Holding(mail(), decisions, rows: [])
        #expect(holding.kinds == [.junk] && holding.reasons == ["spam"] && holding.isReleased)
        #expect(holding.recipients == ["a@b"])
    }

    @Test("A release that Gmail refused is a refusal, too, and the canary has no address")
    func refusedRelease() throws {
        let decisions = try [
            "store a%40b - - spam",
            "store a%40b - - keep; forward-to-gmail a%40b me%40gmail.com - -",
        ].map(line)
        #expect(Holding.needsLedger(decisions) && Holding.kinds(decisions) == nil)
        let holding = Holding(mail(), decisions, rows: [row(Self.imported, "refused")])
        #expect(holding.kinds == [.junk, .refused])
        let canary = try line("forward-to-gmail - me%40gmail.com - canary")
        let secret = Holding(
            mail("Received: for secret@b.example;\r\nTo: secret@b.example"), [canary], rows: [])
        #expect(secret.recipients == ["the canary"] && secret.kinds == [.waiting])
    }

    @Test(
        "Without the log, SES's own verdicts and the ledger tell",
        arguments: [
            ("X-SES-Spam-Verdict: FAIL", nil, ["junk"], ["spam"]),
            ("X-SES-Virus-Verdict: FAIL\r\nX-SES-Virus-Verdict: PASS", nil, ["junk"], ["virus"]),
            ("Authentication-Results: amazonses.com; dmarc=fail", nil, ["junk"], ["dmarc-fail"]),
            ("Authentication-Results: else.example; dmarc=fail", nil, ["stored"], []),
            ("X-SES-Spam-Verdict: PASS", nil, ["stored"], []),
            ("X-SES-Spam-Verdict: PASS", "GMAIL#me@gmail.com", ["refused"], ["too odd"]),
            ("X-SES-Spam-Verdict: PASS", "BOUNCE#a@b", ["bounced"], []),
        ] as [(String, String?, [String], [String])])
    func header(header: String, key: String?, kinds: [String], reasons: [String]) {
        let rows = key.map { key in
            key.hasPrefix("GMAIL") ? [row(key, "refused", reason: "too odd")] : [row(key, "done")]
        }
        let holding = Holding(
            mail("Received: by x for a+tag@b.example; Mon\r\n\(header)\r\nTo: z@b.example"), [],
            rows: rows ?? [])
        #expect(holding.kinds.map(\.rawValue) == kinds)
        #expect(holding.reasons == reasons)
        #expect(holding.source == .header && holding.recipients == ["a+tag@b.example"])
        #expect(Holding.needsLedger([]))
    }
}
