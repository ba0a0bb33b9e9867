package import Logging
internal import Process

/// The life of a function: next → handler → response or error, one event at a time, until the
/// Runtime API says that it is over.
package struct RuntimeLoop {
    private let api: RuntimeAPI
    private let current: CurrentInvocation
    private let logger: Logger

    package init(api: RuntimeAPI, current: CurrentInvocation, logger: Logger) {
        self.api = api
        self.current = current
        self.logger = logger
    }

    /// Returns when there are no more events; throws when the process should end with an error.
    package func run(_ handler: Handler) throws(RuntimeAPIError) {
        do {
            while true {
                try answer(try api.next(), handler)
            }
        } catch .gone {
            return
        }
    }

    private func answer(_ event: RuntimeAPI.Event, _ handler: Handler) throws(RuntimeAPIError) {
        let invocation = invocation(event)
        current.begin(invocation)
        do {
            let response: Result = Result { try handler(invocation) }
            switch response {
            case .success(let body):
                try api.respond(to: event.requestID, body)
            case .failure(let error):
                let failure = RuntimeAPI.Failure(error)
                invocation.logger.error(
                    "the invocation failed",
                    metadata: ["reason": "\(failure.message)", "errorType": "\(failure.type)"])
                try api.fail(event.requestID, failure)
            }
        } catch .rejected(let call, let status) {
            // The caller has an error (413) or has gone (403). The next event is independent of
            // that.
            invocation.logger.error(
                "the answer was refused", metadata: ["call": "\(call)", "status": "\(status)"])
        }
    }

    private func invocation(_ event: RuntimeAPI.Event) -> Invocation {
        var logger = logger
        logger[metadataKey: "requestId"] = "\(event.requestID)"
        return Invocation(
            requestID: event.requestID, deadlineMilliseconds: event.deadlineMilliseconds,
            trace: event.traceHeader.flatMap(TraceHeader.init), event: event.body, logger: logger)
    }
}

extension RuntimeAPI.Failure {
    /// The package's own errors describe themselves without secrets; of any other only the type is
    /// reported.
    package init(_ error: any Error) {
        switch error {
        case let error as BadEvent:
            self.init(type: "Function.BadEvent", message: error.description)
        case let error as ConfigurationError:
            self.init(type: "Runtime.InitError", message: error.description)
        case let error as any (Error & CustomStringConvertible):
            self.init(type: "Function.HandlerError", message: error.description)
        default:
            self.init(type: "Function.HandlerError", message: "\(Swift.type(of: error))")
        }
    }
}
