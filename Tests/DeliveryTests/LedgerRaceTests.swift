import AWS
import Delivery
import Foundation
import FunctionTestSupport
import HTTP
import JSON
import Mail
import Synchronization
import TestSupport
import Testing

/// Several deliveries of one mail at the same time, each with a connection of its own.
@Suite(.waiting)
struct LedgerRaceTests {
    private static let count = 6
    private static let now: Int64 = 1_737_194_400_000

    /// What each of the deliveries is answered, all of which claim at once.
    private static func race(
        _ key: LedgerKey, in cloud: CloudDouble, at now: Int64 = now
    ) throws -> [Result<Ledger.Claim, LedgerError>] {
        let outcomes = Mutex<[Result<Ledger.Claim, LedgerError>]>([])
        DispatchQueue.concurrentPerform(iterations: count) { _ in
            let session = AWSSession.fake(
                CurlClient(), endpoint: cloud.url, pacing: Pacing(secondsLeft: { 20 }))
            let ledger = Ledger(
                DynamoDB(session, table: TableDouble.name), retentionDays: 1,
                epochMilliseconds: { now })
            let outcome = Result { () throws(LedgerError) in
                try ledger.claim(key, for: Claimant(until: now + 30_000))
            }
            outcomes.withLock { $0.append(outcome) }
        }
        return outcomes.withLock { $0 }
    }

    private static func key(_ number: Int) -> LedgerKey {
        .bounce(originalMessageId: "mail-\(number)", recipient: "a@example.com")
    }

    @Test("Of deliveries that race one gets the claim, and the others find it held")
    func fresh() throws {
        let cloud = try CloudDouble { _ in }
        for number in 0..<10 {
            let outcomes = try Self.race(Self.key(number), in: cloud)
            #expect(outcomes.count { $0 == .success(.granted) } == 1)
            #expect(outcomes.count { $0 == .failure(.heldElsewhere) } == Self.count - 1)
        }
    }

    @Test("Of deliveries that race for a claim that has run out one takes it over")
    func takeover() throws {
        let cloud = try CloudDouble { _ in }
        for number in 0..<10 {
            for now in [Self.now, Self.now + 30_001] {
                let outcomes = try Self.race(Self.key(number), in: cloud, at: now)
                #expect(outcomes.count { $0 == .success(.granted) } == 1)
            }
            // One millisecond earlier the claim still holds.
            let early = try Self.race(Self.key(number), in: cloud, at: Self.now + 60_001)
            #expect(early.allSatisfy { $0 == .failure(.heldElsewhere) })
        }
    }

    @Test("A put that DynamoDB took is granted, however its answer was lost")
    func lostAnswer() throws {
        for loss in [CloudDouble.LostAnswer.internalError, .closedConnection] {
            let cloud = try CloudDouble { $0.lostAnswers = ["DynamoDB PutItem": loss] }
            let outcomes = try Self.race(Self.key(0), in: cloud)
            #expect(outcomes.count { $0 == .success(.granted) } == 1, "\(loss)")
            #expect(outcomes.count { $0 == .failure(.heldElsewhere) } == Self.count - 1)
            #expect(cloud.now.calls.count == Self.count + 1)
        }
    }
}
