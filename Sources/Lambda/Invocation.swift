package import Logging

/// One event with its deadline, its trace and its id.
package struct Invocation {
    package let requestID: String
    /// The time at which Lambda kills the process, in milliseconds since 1970.
    package let deadlineMilliseconds: Int64
    package let trace: TraceHeader?
    package let event: [UInt8]
    /// Carries the request's id in every line.
    package let logger: Logger

    package init(
        requestID: String, deadlineMilliseconds: Int64, trace: TraceHeader?, event: [UInt8],
        logger: Logger
    ) {
        self.requestID = requestID
        self.deadlineMilliseconds = deadlineMilliseconds
        self.trace = trace
        self.event = event
        self.logger = logger
    }
}

/// Answers one event with the bytes of a JSON document; a thrown error is reported to Lambda.
package typealias Handler = (Invocation) throws -> [UInt8]

/// An event of a kind that the function does not handle. The reason quotes nothing of it.
package struct BadEvent: Error, Equatable, Sendable, CustomStringConvertible {
    package let reason: String

    package init(_ reason: String) {
        self.reason = reason
    }

    package var description: String { "the event was not understood: \(reason)" }
}
