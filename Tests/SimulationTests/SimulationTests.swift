import Foundation
import Synchronization
import Testing

/// The real functions in a simulated world, in as many histories as are asked for.
struct SimulationTests {
    private static let environment = ProcessInfo.processInfo.environment

    @Test("Whatever fails, repeats, reorders or crashes: nothing is lost, nothing happens twice")
    func histories() {
        if let seed = Self.environment["SIMULATION_SEED"].flatMap({ UInt64($0) }) {
            let history = History(seed: seed)
            print(history.violations.isEmpty ? "seed \(seed) holds" : history.shortened().report)
            #expect(history.violations.isEmpty, "seed \(seed)")
            return
        }
        let count = Self.environment["SIMULATION_HISTORIES"].flatMap { UInt64($0) } ?? 40
        let start = Self.environment["SIMULATION_FIRST"].flatMap { UInt64($0) } ?? 1
        let broken = Self.brokenSeeds(start..<start + count)
        for seed in broken.sorted().prefix(3) {
            print(History(seed: seed).shortened().report)
        }
        #expect(broken.isEmpty, "\(broken.count) of \(count): \(broken.sorted().prefix(20))")
        print("simulated histories: \(count), broken: \(broken.count)")
    }

    /// Runs the histories of these seeds, on every core.
    private static func brokenSeeds(_ seeds: Range<UInt64>) -> [UInt64] {
        let next = Mutex(seeds.lowerBound)
        let broken = Mutex<[UInt64]>([])
        let group = DispatchGroup()
        for _ in 0..<ProcessInfo.processInfo.activeProcessorCount {
            group.enter()
            let thread = Thread {
                while true {
                    let seed = next.withLock { next in
                        defer { next += 1 }
                        return next
                    }
                    guard seeds.contains(seed) else { break }
                    let isBroken = !History(seed: seed).violations.isEmpty
                    if isBroken { broken.withLock { $0.append(seed) } }
                }
                group.leave()
            }
            // Invocations run within one another.
            thread.stackSize = 16 << 20
            thread.start()
        }
        group.wait()
        return broken.withLock { $0 }
    }
}
