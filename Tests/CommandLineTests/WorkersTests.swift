import HTTP
import Synchronization
import Testing

@testable import ses_mail

/// Work on a list by several threads.
struct WorkersTests {
    @Test("Results come in the list's order, whole, and a chunk at a time", arguments: [1, 2, 7])
    func order(count: Int) {
        let workers = (0..<count).map { _ in { (number: Int) in number * 2 } }
        var taken: [[Int]] = []
        Workers.run(over: Array(0..<100), chunk: 30, by: workers) { results in
            taken.append(results)
            return true
        }
        #expect(taken.flatMap(\.self) == (0..<100).map { $0 * 2 })
        #expect(taken.map(\.count).allSatisfy { $0 <= 30 })
    }

    @Test("They work at the same time")
    func together() {
        // Each waits for all others: with one after the other, none would ever end.
        let arrived = Mutex(0)
        let workers = (0..<4).map { _ in
            { (number: Int) in
                arrived.withLock { $0 += 1 }
                while arrived.withLock({ $0 }) < 4 { Pacing.pause(seconds: 0.001) }
                return number
            }
        }
        Workers.run(over: Array(0..<4), chunk: 4, by: workers) { $0 == [0, 1, 2, 3] }
        #expect(arrived.withLock { $0 } == 4)
    }

    @Test("Nothing is done any more when no more is wanted")
    func stop() {
        let done = Mutex(0)
        let worker = { (number: Int) in done.withLock { $0 += 1 } }
        Workers.run(over: Array(0..<1000), chunk: 10, by: [worker]) { _ in false }
        #expect(done.withLock { $0 } == 2)
    }
}
