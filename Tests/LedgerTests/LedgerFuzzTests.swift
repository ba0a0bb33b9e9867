import AWS
import HTTP
import Ledger
import Mail
import TestSupport
import Testing

struct LedgerFuzzTests {
    /// A table of one row that obeys the two conditions as DynamoDB would.
    private final class Row {
        var item: Item?
        var now: Int64 = 1000

        private static let failed = AWSError.refused(
            CallName("DynamoDB", "any"),
            AWSRefusal(code: "ConditionalCheckFailedException", message: "", status: 400))

        var ledger: Ledger {
            Ledger(
                read: { _ throws(AWSError) in self.item },
                write: { row, condition throws(AWSError) in
                    if let condition, !self.isClaimable(condition) { throw Self.failed }
                    self.item = row
                },
                delete: { _, condition throws(AWSError) in
                    guard self.item?["state"] == .string("claimed"),
                        self.item?["until"] == condition.values[":until"]
                    else { throw Self.failed }
                    self.item = nil
                }, epochMilliseconds: { self.now }, retentionDays: 1)
        }

        private func isClaimable(_ condition: DynamoDB.Expression) -> Bool {
            guard let item else { return true }
            return item["state"] == .string("claimed")
                && (item["until"]?.integer ?? 0) < (condition.values[":now"]?.integer ?? 0)
        }
    }

    @Test("Whatever happens, no two deliveries work at the same time, and done stays done")
    func interleavings() throws {
        let key = LedgerKey.bounce(originalMessageId: "m", recipient: "a@b")
        var random = SeededGenerator(seed: 12)
        for _ in 0..<300 {
            let table = Row()
            var owner: Int64?
            var isDone = false
            for _ in 0..<40 {
                table.now += Int64.random(in: 0...40, using: &random)
                // An invocation ends at its deadline, whatever it was doing.
                if let until = owner, until < table.now { owner = nil }
                switch Int.random(in: 0..<4, using: &random) {
                case 0, 1:
                    let until = table.now + 100
                    let claim = Result { () throws(LedgerError) in
                        try table.ledger.claim(key, until: until)
                    }
                    switch claim {
                    case .success(.granted):
                        #expect(owner == nil && !isDone)
                        owner = until
                    case .success(.done): #expect(isDone)
                    case .failure: #expect(!isDone)
                    }
                case 2:
                    guard let until = owner else { continue }
                    try table.ledger.release(key, until: until)
                    owner = nil
                default:
                    guard owner != nil else { continue }
                    try table.ledger.complete(key)
                    (owner, isDone) = (nil, true)
                }
            }
        }
    }
}
