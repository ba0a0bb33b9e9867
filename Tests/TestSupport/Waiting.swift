package import Testing
internal import Foundation

/// Runs each test of a suite on a thread of its own, a few of them at a time.
///
/// For tests that wait for a process or a world. Swift Testing runs all tests on as many threads as
/// the machine has cores; a test that blocks one of those holds up every other.
package struct Waiting: SuiteTrait, TestTrait, TestScoping {
    package let isRecursive = true

    package func provideScope(
        for test: Test, testCase: Test.Case?, performing body: @Sendable () async throws -> Void
    ) async throws {
        await Seats.shared.take()
        let started = ContinuousClock.now
        let result = await outcome(of: body)
        SlowTests.add(test, seconds: (ContinuousClock.now - started) / .seconds(1))
        await Seats.shared.leave()
        try result.get()
    }

    private func outcome(
        of body: @Sendable () async throws -> Void
    ) async -> Result<Void, any Error> {
        do {
            return .success(try await withTaskExecutorPreference(OwnThread()) { try await body() })
        } catch {
            return .failure(error)
        }
    }
}

extension Trait where Self == Waiting {
    /// Waits for processes, servers or a world.
    package static var waiting: Waiting { Waiting() }
}

/// The permission to wait, for two tests a core at a time: more would only be in each other's way.
private actor Seats {
    static let shared = Seats()
    private var free = 2 * ProcessInfo.processInfo.activeProcessorCount
    private var queue: [CheckedContinuation<Void, Never>] = []

    func take() async {
        guard free == 0 else {
            free -= 1
            return
        }
        await withCheckedContinuation { queue.append($0) }
    }

    func leave() {
        if queue.isEmpty {
            free += 1
        } else {
            queue.removeFirst().resume()
        }
    }
}

/// A thread for each piece of a test between two of its suspensions.
private final class OwnThread: TaskExecutor {
    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        Thread.detachNewThread { [self] in job.runSynchronously(on: asUnownedTaskExecutor()) }
    }
}
