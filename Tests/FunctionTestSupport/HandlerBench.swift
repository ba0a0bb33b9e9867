internal import JSON
package import Lambda
package import Logging

/// A queue's handler with everything that it touches replaced by a test's own doubles.
package protocol HandlerBench {
    var journal: Journal { get }
    var clock: FakeClock { get }
    var output: CapturedOutput { get }

    func handle(_ invocation: Invocation) throws -> [UInt8]
}

extension HandlerBench {
    /// How long after an invocation's start its deadline is.
    package static var invocationMilliseconds: Int64 { 30_000 }

    /// The records that failed, after a delivery at the clock's time.
    package func deliver(_ event: [UInt8], level: Logger.Level = .info) throws -> [String] {
        let answer = try handle(
            Invocation(
                event, deadlineMilliseconds: clock.milliseconds + Self.invocationMilliseconds,
                output: output, level: level))
        let failures = try JSONValue(parsing: answer)["batchItemFailures"]?.array
        return (failures ?? [["itemIdentifier": "no batchItemFailures"]]).map {
            $0["itemIdentifier"]?.string ?? "null"
        }
    }

    /// Whether one mail's delivery succeeds, and which steps were taken.
    package func deliver(_ decision: SampleDecision) throws -> (succeeds: Bool, steps: [String]) {
        let failed = try deliver(SampleRecord.batch(decision.record()))
        return (failed.isEmpty, journal.takeSteps())
    }

    /// Lets every claim that was made run out.
    package func waitForClaims() {
        clock.milliseconds += Self.invocationMilliseconds + 1
    }
}
