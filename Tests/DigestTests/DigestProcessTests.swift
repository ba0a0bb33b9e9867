import Foundation
import FunctionTestSupport
import JSON
import TestSupport
import Testing

@testable import Mail

/// The digest as a process, from its environment to its exit status.
@Suite(.waiting)
struct DigestProcessTests {
    /// What the tests built, and what ships where it was packaged.
    static let builds: [URL?] = {
        let packaged = Repository.root.appending(path: "build/digest/bootstrap")
        let isThere = FileManager.default.isExecutableFile(atPath: packaged.path)
        return isThere ? [nil, packaged] : [nil]
    }()

    static func run(
        _ cloud: CloudDouble, _ variables: [String: String?] = [:], bootstrap: URL? = nil
    ) throws -> FunctionRun {
        try FunctionRun(
            "digest", in: cloud, variables: DigestWorld.variables.merging(variables) { $1 },
            bootstrap: bootstrap)
    }

    /// The lines of the text of an imported digest.
    private static func lines(_ cloud: CloudDouble) throws -> [String] {
        let mail = try #require(cloud.now.imports.first?.mail)
        let whole = String(decoding: mail, as: UTF8.self)
        let end = try #require(whole.range(of: "\r\n\r\n"))
        let body = QuotedPrintable.decoded(Array(whole[end.upperBound...].utf8)[...])
        return String(decoding: body, as: UTF8.self).replacing("\r\n", with: "\n")
            .split(separator: "\n").map(String.init)
    }

    private static func isEntry(_ line: String) -> Bool { line.utf8.starts(with: "- ".utf8) }

    @Test("Where there is nothing to look at, nothing is imported and nothing claimed")
    func nothing() throws {
        var world = DigestWorld()
        world.logs[DigestWorld.routingLog] = [
            DigestWorld.decision("forward-to-gmail a%40b.c me%40gmail.com R -", of: 1),
            DigestWorld.decision("bounce x%40b.c - - no-rule", of: 2),
        ]
        world.alarms = [("ses-mail-lookup-failed-test", "OK"), ("ses-other", "ALARM")]
        let cloud = try world.cloud()
        let run = try Self.run(cloud)
        #expect(run.status == 0)
        #expect(cloud.now.replies.map(\.body) == [["outcome": "empty", "found": ""]])
        #expect(cloud.now.imports.isEmpty && cloud.now.reports.isEmpty)
        #expect(!cloud.now.calls.contains { !$0.hasPrefix("other ") && $0.contains(" ") })
        #expect(run.output.counts == [:])
    }

    @Test("Of a thousand held mails fifty are listed, and no more headers read", arguments: builds)
    func thousand(bootstrap: URL?) throws {
        var world = DigestWorld()
        world.logs[DigestWorld.routingLog] = DigestWorld.held(1000)
        let cloud = try world.cloud(storedCount: 1000)
        let run = try Self.run(cloud, bootstrap: bootstrap)
        #expect(run.status == 0)
        let now = cloud.now
        #expect(now.replies.map(\.body) == [["outcome": "imported", "found": "1000 held"]])
        #expect(now.calls.count { $0.hasPrefix("S3 GET") } == 50)
        let lines = try Self.lines(cloud)
        #expect(lines.count(where: Self.isEntry) == 50)
        #expect(lines.contains("950 more are not listed: the commands above show them."))
        #expect(now.imports.map(\.mailbox) == ["me@gmail.com"])
        #expect(now.imports.allSatisfy { $0.target.contains("neverMarkSpam=true") })
        #expect(now.peakKiB > 0 && now.peakKiB < 64 << 10, "\(now.peakKiB) KiB")
    }

    @Test("Called twice on a day it imports once, and once more on the next")
    func twice() throws {
        var world = DigestWorld()
        world.logs[DigestWorld.routingLog] = DigestWorld.held(1)
        world.letters = ["ses-gmail-forwarder-dlq-test": 2]
        let later: JSONValue = ["time": "2025-01-18T23:59:59Z"]
        let next: JSONValue = ["time": "2025-01-19T06:00:00Z"]
        let cloud = try world.cloud(events: [DigestWorld.event, later, next], storedCount: 1)
        let run = try Self.run(cloud)
        let outcomes = cloud.now.replies.map { $0.body["outcome"] ?? .null }
        #expect(outcomes == ["imported", "already-imported", "imported"])
        #expect(run.output.values("outcome") == ["imported", "already-imported", "imported"])
        #expect(cloud.now.imports.count == 2)
        let (key, sort) = DigestWorld.ledgerRow
        #expect(cloud.table.row(key, sort)?["state"]?["S"] == "done")
        #expect(cloud.table.row("DIGEST#2025-01-19", sort)?["state"]?["S"] == "done")
        #expect(cloud.now.reports.isEmpty)
    }

    @Test("Each kind of finding is in the digest, with who wrote and what")
    func everything() throws {
        var world = DigestWorld()
        world.logs = [
            DigestWorld.routingLog: DigestWorld.held(2) + [
                DigestWorld.decision("bounce shop%40example.com - R ended", of: 3),
                DigestWorld.decision("forward-to-gmail a%40b.c me%40gmail.com R -", of: 4),
                DigestWorld.decision(
                    "store old%40b.c - - spam", of: 5, secondsAgo: 86_400 + 600),
            ],
            DigestWorld.forwarderLog: [
                DigestWorld.refusal(of: 4),
                .init(message: #"{"outcome":"imported","messageId":"mail-9"}"#),
                .init(message: "no JSON"),
            ],
        ]
        world.alarms = [
            ("ses-mail-lookup-failed-test", "ALARM"), ("ses-mail-lambda-errors-test", "OK"),
            ("eventbridge-pipes-failures-test", "ALARM"), ("ses-mail-lookup-failed-prod", "ALARM"),
        ]
        world.letters = ["ses-gmail-forwarder-dlq-test": 2]
        let cloud = try world.cloud(storedCount: 1)
        let run = try Self.run(cloud, ["CANARY_EXPECTED": "true"])
        let found = "2 alarms, 2 dead letters, no canary, 1 refused, 1 ended, 2 held"
        #expect(run.output.values("found") == [found])
        let lines = try Self.lines(cloud)
        let entries = lines.filter(Self.isEntry)
        #expect(entries.count == 8)
        #expect(entries.contains { $0.hasSuffix("from Ann <ann@b.example>: Offer 1") })
        #expect(entries.contains { $0.contains("mail-2") && $0.hasSuffix("not stored any more") })
        #expect(entries.contains { $0.contains("mail-4") && $0.contains("(400), for a@b.c") })
        #expect(!lines.contains { $0.contains("mail-5") })
        for secret in ["ann@b.example", "Offer", "me@gmail.com", "access-1", "refresh-1", "hush"] {
            #expect(!run.output.lines.contains { $0.contains(secret) }, "\(secret)")
        }
    }

    @Test("A canary that came in is no finding, and a weekly digest looks back for a week")
    func week() throws {
        var world = DigestWorld()
        world.logs[DigestWorld.routingLog] = [
            DigestWorld.decision(
                "forward-to-gmail - me%40gmail.com - canary", of: 1, secondsAgo: 6 * 86_400)
        ]
        let variables = ["CANARY_EXPECTED": "true", "DIGEST_PERIOD": "weekly"]
        let weekly = try world.cloud()
        _ = try Self.run(weekly, variables)
        #expect(weekly.now.replies.first?.body["outcome"] == "empty")
        let daily = try world.cloud()
        _ = try Self.run(daily, variables.merging(["DIGEST_PERIOD": "daily"]) { $1 })
        #expect(daily.now.replies.first?.body["found"] == "no canary")
    }

    @Test("What cannot be asked fails the call, and nothing is imported: Lambda calls again")
    func refusedSources() throws {
        var world = DigestWorld()
        world.logs[DigestWorld.routingLog] = DigestWorld.held(1)
        for operation in ["FilterLogEvents", "DescribeAlarms", "GetQueueAttributes"] {
            let cloud = try world.cloud { $0.refused = ["other \(operation)"] }
            _ = try Self.run(cloud)
            #expect(cloud.now.kinds == ["error"], "\(operation)")
            #expect(cloud.now.imports.isEmpty && cloud.table.states.isEmpty)
        }
    }

    @Test("Stored mails that cannot be read leave the digest without their headers")
    func unreadHeaders() throws {
        var world = DigestWorld()
        world.logs[DigestWorld.routingLog] = DigestWorld.held(2)
        let cloud = try world.cloud { $0.forbidden = ["S3"] }
        let run = try Self.run(cloud)
        #expect(cloud.now.replies.first?.body["outcome"] == "imported")
        let entries = try Self.lines(cloud).filter(Self.isEntry)
        #expect(entries.allSatisfy { $0.hasSuffix("its header could not be read") })
        #expect(run.output.logs.count { $0["level"] == "WARN" } == 2)
    }

    @Test("A digest that was not imported, or not recorded, fails the call, and is tried again")
    func failures() throws {
        var world = DigestWorld()
        world.letters = ["ses-gmail-forwarder-dlq-test": 1]
        let refused = try world.cloud { $0.malformed = ("ses-mail", Answer(400)) }
        _ = try Self.run(refused)
        #expect(refused.now.kinds == ["error"])
        #expect(Array(refused.table.states.values) == ["claimed"])
        let unrecorded = try world.cloud(events: [DigestWorld.event, DigestWorld.event])
        unrecorded.table.journal.failOnce("complete GMAIL#me@gmail.com", .refused)
        _ = try Self.run(unrecorded)
        // The second call comes while the claim of the first is alive.
        #expect(unrecorded.now.kinds == ["error", "error"])
        #expect(unrecorded.now.imports.count == 1)
    }

    @Test("A claim that has run out is taken over, and the message is the same for Gmail to merge")
    func takeover() throws {
        var world = DigestWorld()
        world.letters = ["ses-gmail-forwarder-dlq-test": 1]
        let cloud = try world.cloud(events: [DigestWorld.event])
        let (key, sort) = DigestWorld.ledgerRow
        cloud.table.put([
            "PK": ["S": .string(key)], "SK": ["S": .string(sort)], "state": ["S": "claimed"],
            "owner": ["S": "other"], "until": ["N": "1"],
        ])
        _ = try Self.run(cloud)
        #expect(cloud.now.replies.first?.body["outcome"] == "imported")
        let mail = String(decoding: try #require(cloud.now.imports.first?.mail), as: UTF8.self)
        #expect(
            mail.contains(
                "\r\nMessage-ID: <2025-01-18.me_40gmail.com.\(SampleMail.bucket).digest"
                    + "@ses-mail.invalid>\r\n"))
    }

    @Test("Consent that is gone is counted, as for any mail")
    func consent() throws {
        var world = DigestWorld()
        world.letters = ["ses-gmail-forwarder-dlq-test": 1]
        let cloud = try world.cloud { $0.isConsentGone = true }
        let run = try Self.run(cloud)
        #expect(cloud.now.kinds == ["error"])
        #expect(run.output.counts == ["GmailTokenInvalid": 1])
    }

    @Test("An event that is none, or has no readable time, is an error; without a time it is now")
    func events() throws {
        let cloud = try DigestWorld().cloud(
            events: [[], ["time": "yesterday"], ["time": 7], [:]])
        _ = try Self.run(cloud)
        #expect(cloud.now.kinds == ["error", "error", "error", "response"])
    }
}
