internal import Synchronization

/// The effects that were tried, in order, and the one that is to fail once.
package final class Journal: Sendable {
    /// How an effect fails.
    package enum Failure: Sendable, CaseIterable {
        /// Nothing was done, and the answer says so.
        case refused
        /// It was done, and the answer was lost.
        case lost
    }

    private struct State {
        var steps: [String] = []
        var failures: [String: Failure] = [:]
    }

    private let state = Mutex(State())

    package init() {}

    /// The next time that `step` is tried it fails; after that it works again.
    package func failOnce(_ step: String, _ failure: Failure) {
        state.withLock { $0.failures[step] = failure }
    }

    /// Notes that `step` is tried, and answers how it fails, if it does.
    package func note(_ step: String) -> Failure? {
        state.withLock { state in
            state.steps.append(step)
            return state.failures.removeValue(forKey: step)
        }
    }

    /// What was tried since this was last asked.
    package func takeSteps() -> [String] {
        state.withLock { state in
            defer { state.steps = [] }
            return state.steps
        }
    }
}

/// An error of no library's own, as a failed effect.
package struct Refusal: Error, Equatable, CustomStringConvertible {
    package let description = "refused by the test"

    package init() {}
}

/// A clock that a test moves by hand.
package final class FakeClock: Sendable {
    private let now: Mutex<Int64>

    package init(milliseconds: Int64 = 1_737_194_400_000) {
        now = Mutex(milliseconds)
    }

    package var milliseconds: Int64 {
        get { now.withLock { $0 } }
        set { now.withLock { $0 = newValue } }
    }
}
