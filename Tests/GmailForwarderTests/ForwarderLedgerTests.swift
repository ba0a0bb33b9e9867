import Foundation
import FunctionTestSupport
import JSON
import TestSupport
import Testing

/// The forwarder's process and the ledger, on the wire.
@Suite(.waiting)
struct ForwarderLedgerTests {
    static let failure: JSONValue = ["batchItemFailures": [["itemIdentifier": "record-1"]]]

    static func row(_ state: String, untilSecondsFromNow seconds: Int) -> JSONValue {
        let until = (Int(Date().timeIntervalSince1970) + seconds) * 1000
        return [
            "PK": ["S": "MAIL#mail-1"], "SK": ["S": "GMAIL#me@gmail.com"],
            "state": ["S": .string(state)], "owner": ["S": "somebody else"],
            "until": ["N": .string(String(until))],
        ]
    }

    @Test(
        "A claim whose answer is lost after DynamoDB took it is the process's own: one import",
        arguments: CloudDouble.LostAnswer.allCases)
    func lostClaim(loss: CloudDouble.LostAnswer) throws {
        let cloud = try ForwarderProcessTests.cloud { $0.lostAnswers = ["DynamoDB PutItem": loss] }
        let run = try FunctionRun("gmail-forwarder", in: cloud)
        let now = cloud.now
        #expect(now.replies.map(\.body) == [["batchItemFailures": []]])
        #expect(now.calls.filter { $0 == "DynamoDB PutItem" }.count == 3)
        #expect(now.imports.count == 1 && now.objects.isEmpty)
        #expect(run.output.counts == ["GmailForwardSuccess": 1])
        #expect(run.output.values("outcome") == ["imported"])
    }

    @Test("A mail that is imported and not recorded counts as imported, and its record fails")
    func unrecorded() throws {
        let cloud = try ForwarderProcessTests.cloud()
        cloud.table.journal.failOnce("complete GMAIL#me@gmail.com", .refused)
        let run = try FunctionRun("gmail-forwarder", in: cloud)
        #expect(cloud.now.replies.map(\.body) == [Self.failure])
        #expect(cloud.now.imports.count == 1 && cloud.now.objects.count == 1)
        #expect(cloud.table.states == ["GMAIL#me@gmail.com": "claimed"])
        #expect(run.output.counts == ["GmailForwardSuccess": 1])
        #expect(run.output.values("outcome") == ["imported", "unrecorded"])
    }

    @Test("A claim of another delivery fails the record while it is alive, and not a moment longer")
    func foreignClaim() throws {
        let alive = try ForwarderProcessTests.cloud()
        alive.table.put(Self.row("claimed", untilSecondsFromNow: 3600))
        let run = try FunctionRun("gmail-forwarder", in: alive)
        #expect(alive.now.replies.map(\.body) == [Self.failure])
        #expect(alive.now.imports.isEmpty && alive.now.objects.count == 1)
        #expect(run.output.values("reason") == ["another delivery of this mail holds the claim"])

        let over = try ForwarderProcessTests.cloud()
        over.table.put(Self.row("claimed", untilSecondsFromNow: -1))
        #expect(try FunctionRun("gmail-forwarder", in: over).status == 0)
        #expect(over.now.replies.map(\.body) == [["batchItemFailures": []]])
        #expect(over.now.imports.count == 1 && over.now.objects.isEmpty)
        let owner = over.table.row("MAIL#mail-1", "GMAIL#me@gmail.com")?["owner"]?["S"]?.string
        #expect(owner?.utf8.count == 32)
    }

    @Test("Two processes with the same mail import it once")
    func race() throws {
        let event = ForwarderProcessTests.event
        let cloud = try ForwarderProcessTests.cloud { $0.events = [.init(event), .init(event)] }
        let runs = Shared()
        DispatchQueue.concurrentPerform(iterations: 2) { _ in
            runs.add(Result { try FunctionRun("gmail-forwarder", in: cloud).status })
        }
        for run in runs.all { #expect(try run.get() == 0) }
        let now = cloud.now
        #expect(now.imports.count == 1)
        #expect(cloud.table.states == ["GMAIL#me@gmail.com": "done"])
        // The other found the claim alive, or the mail imported.
        let failed = now.replies.filter { $0.body == Self.failure }
        #expect(now.replies.count == 2 && failed.count <= 1)
    }

    @Test("Each record has an owner of its own, and a row lives as long as it is configured")
    func rows() throws {
        for (days, variable) in [(120, nil), (7, "7")] as [(Int, String?)] {
            let cloud = try ForwarderProcessTests.cloud { content in
                content.events = ["mail-1", "mail-2"].map { id in
                    var decision = SampleDecision.oneMailbox
                    decision.id = id
                    decision.mail.id = id
                    return .init(SampleRecord.batch(decision.record()))
                }
                content.objects["\(SampleMail.bucket)/emails/mail-2"] = ForwarderBench.mail
            }
            let before = Int(Date().timeIntervalSince1970)
            _ = try FunctionRun("gmail-forwarder", in: cloud, variables: ["LEDGER_DAYS": variable])
            let rows = ["MAIL#mail-1", "MAIL#mail-2"].map {
                cloud.table.row($0, "GMAIL#me@gmail.com")
            }
            #expect(Set(rows.compactMap { $0?["owner"]?["S"]?.string }).count == 2)
            for row in rows {
                let end = Int(row?["expires_at"]?["N"]?.string ?? "") ?? 0
                // To the day: the clock goes on while the process runs.
                #expect((end - before) / 86_400 == days)
            }
        }
    }
}

/// What two threads came to.
private final class Shared: @unchecked Sendable {
    private let lock = NSLock()
    private var outcomes: [Result<Int32, any Error>] = []

    func add(_ outcome: Result<Int32, any Error>) {
        lock.withLock { outcomes.append(outcome) }
    }

    var all: [Result<Int32, any Error>] { lock.withLock { outcomes } }
}
