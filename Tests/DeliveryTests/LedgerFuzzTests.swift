import Delivery
import FunctionTestSupport
import JSON
import Mail
import TestSupport
import Testing

struct LedgerFuzzTests {
    @Test("Whatever happens, no two deliveries work at the same time, and done stays done")
    func interleavings() throws {
        let key = LedgerKey.bounce(originalMessageId: "m", recipient: "a@b")
        var random = SeededGenerator(seed: 12)
        for _ in 0..<300 {
            let clock = FakeClock()
            let table = TableDouble()
            let ledger = Ledger(
                table.client(), retentionDays: 1, epochMilliseconds: { clock.milliseconds })
            var worker: Claimant?
            var isDone = false
            for _ in 0..<40 {
                clock.milliseconds += Int64.random(in: 0...40, using: &random)
                // An invocation ends at its deadline, whatever it was doing.
                if let until = worker?.until, until < clock.milliseconds { worker = nil }
                switch Int.random(in: 0..<5, using: &random) {
                case 0, 1:
                    let claimant = Claimant(until: clock.milliseconds + 100)
                    let claim = Result { () throws(LedgerError) in
                        try ledger.claim(key, for: claimant)
                    }
                    switch claim {
                    case .success(.granted):
                        #expect(worker == nil && !isDone)
                        worker = claimant
                    case .success(.done): #expect(isDone)
                    case .success(.refused): Issue.record("nothing was refused")
                    case .failure(let error): #expect(!isDone && error == .heldElsewhere)
                    }
                case 2:
                    // The claim's own put, once more.
                    guard let worker else { continue }
                    #expect(try ledger.claim(key, for: worker) == .granted)
                case 3:
                    // A delivery that fails leaves its claim.
                    worker = nil
                    if !isDone { clock.milliseconds += 101 }
                default:
                    guard let claimant = worker else { continue }
                    try ledger.complete(key, by: claimant)
                    (worker, isDone) = (nil, true)
                }
            }
        }
    }
}
