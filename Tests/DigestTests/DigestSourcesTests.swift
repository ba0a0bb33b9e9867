import AWS
import FunctionTestSupport
import HTTP
import JSON
import Mail
import Process
import TestSupport
import Testing

@testable import digest

/// The limits of what a digest reads.
struct DigestSourcesTests {
    private static let settings = Result {
        try DigestSettings(
            Environment { name in
                (DigestWorld.variables[name] ?? nil)
                    ?? ["ENVIRONMENT": "test", "EMAIL_BUCKET": "bucket"][name]
            })
    }

    /// A page of lines about held mails, with another one after it.
    private static func page(_ count: Int) -> HTTPResponse {
        let events = (1...count).map { number -> JSONValue in
            [
                "timestamp": .integer(DigestWorld.time * 1000 - count + number),
                "message": .string(
                    #"{"messageId":"mail-\#(number)","log":"store a%40b.c - - spam"}"#),
            ]
        }
        let answer: JSONValue = ["events": .array(events), "nextToken": "more"]
        return HTTPResponse(status: 200, headers: [:], body: answer.bytes)
    }

    private static func sources(_ client: FakeClient, secondsLeft: Double) throws -> DigestSources {
        DigestSources(
            try settings.get(), .fake(client, pacing: Pacing(secondsLeft: { 30 })),
            secondsLeft: { secondsLeft })
    }

    private static func search(_ sources: DigestSources) throws -> (count: Int, readTo: Int?) {
        var count = 0
        let range = TimeRange(startMilliseconds: 0, endMilliseconds: DigestWorld.time * 1000)
        let readTo = try sources.readLog(.init(group: "g", range: range)) { _ in count += 1 }
        return (count, readTo)
    }

    @Test("A log without an end is read up to fifty thousand lines")
    func endless() throws {
        let client = FakeClient(Self.page(5000))
        let found = try Self.search(try Self.sources(client, secondsLeft: 100))
        #expect(found.count == 50_000 && client.requests.count == 10)
        #expect(found.readTo == DigestWorld.time)
    }

    @Test("A log of a thousand pages without a line is given up")
    func empty() throws {
        let client = FakeClient(HTTPResponse(200, json: #"{"events":[],"nextToken":"more"}"#))
        let found = try Self.search(try Self.sources(client, secondsLeft: 100))
        #expect(found.count == 0 && found.readTo == 0)
        #expect(client.requests.count == PageLimit.count)
    }

    @Test("Where time is short, the digest is made of what was read, and says so")
    func hurry() throws {
        let sources = try Self.sources(FakeClient(Self.page(3)), secondsLeft: 15)
        let found = try Self.search(sources)
        #expect(found.count == 3 && found.readTo == DigestWorld.time)
        let mails = (1...3).map {
            UndeliveredMail(
                id: "mail-\($0)", kind: .held, timestamp: 0, recipients: [], reasons: [])
        }
        #expect(sources.headers(of: mails[...]) { _ in }.count == 3)
        let late = try Self.sources(FakeClient(Self.page(3)), secondsLeft: 9)
        #expect(late.headers(of: mails[...]) { _ in }.isEmpty)
    }

    private static func canarySettings() throws -> DigestSettings {
        try DigestSettings(
            Environment { name in
                (DigestWorld.variables[name] ?? nil)
                    ?? ["ENVIRONMENT": "test", "EMAIL_BUCKET": "b", "CANARY_EXPECTED": "1"][name]
            })
    }

    @Test("A trial counts as the digest of the schedule's last time, and never as the next one")
    func trial() throws {
        let settings = try Self.canarySettings()
        let dayStart = DigestWorld.time / 86_400 * 86_400
        for (hour, seconds) in [(0, 1), (2, 0), (5, 3599)] {
            let time = dayStart + hour * 3600 + seconds
            let trial = settings.trial(at: time)
            #expect(trial.end == time)
            #expect(trial.ledgerKey == settings.edition(at: dayStart - 18 * 3600).ledgerKey)
        }
        let trial = settings.trial(at: dayStart + 6 * 3600)
        #expect(trial.ledgerKey == settings.edition(at: dayStart + 6 * 3600).ledgerKey)
    }

    @Test("A log that was not read to its end is a finding, and says nothing of the canary")
    func cut() throws {
        let settings = try Self.canarySettings()
        var sources = DigestSources(
            readLog: { search, _ in search.pattern.isEmpty ? DigestWorld.time - 60 : nil },
            firingAlarms: { [] }, countMessages: { _ in 0 }, readBeginning: { _ in nil },
            secondsLeft: { 100 })
        let edition = settings.edition(at: DigestWorld.time)
        let findings = try sources.findings(settings, edition)
        #expect(findings.logReadTo == DigestWorld.time - 60)
        #expect(!findings.isCanaryMissing && !findings.isEmpty && findings.counts == [])
        sources = DigestSources(
            readLog: { _, _ in nil }, firingAlarms: { [] }, countMessages: { _ in 0 },
            readBeginning: { _ in nil }, secondsLeft: { 100 })
        #expect(try sources.findings(settings, edition).counts == ["no canary"])
    }
}
