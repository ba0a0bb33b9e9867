import Foundation
import HTTP
import JSON
import Lambda
import Process
import TestSupport
import Testing

/// Serialized: the loop publishes the trace in a variable of the process.
@Suite(.serialized, .waiting)
struct RuntimeLoopTests {
    private struct Described: Error, CustomStringConvertible {
        let description = "the mail was not é"
    }

    private struct Undescribed: Error {
        let secret = "hidden"
    }

    @Test("Events are answered one after the other, until there are no more")
    func order() throws {
        let runtime = try RuntimeServer(next: [
            RuntimeServer.event("id-1", "é"), RuntimeServer.event("id-2"),
            RuntimeServer.event("id-3"),
        ])
        let run = runtime.run { invocation in
            if invocation.requestID == "id-2" { throw Described() }
            return invocation.event + Array(" 😀".utf8)
        }
        #expect(throws: Never.self) { try run.outcome.get() }
        #expect(
            runtime.calls
                == ["next", "id-1/response", "next", "id-2/error", "next", "id-3/response", "next"])
        #expect(runtime.server.connectionCount == 1)
        let response = runtime.server.requests[1]
        #expect(response.bodyText == "é 😀")
        #expect(response.header("Content-Length") == "7")
        #expect(response.header("Content-Type") == "application/json")
        #expect(response.header("Transfer-Encoding") == nil)
    }

    @Test("A failure is reported in the form that Lambda knows")
    func failure() throws {
        let runtime = try RuntimeServer(next: [RuntimeServer.event("id-1")])
        _ = runtime.run { _ in throw Described() }
        let report = runtime.server.requests[1]
        #expect(report.header("Lambda-Runtime-Function-Error-Type") == "Function.HandlerError")
        #expect(
            report.bodyText
                == #"{"errorMessage":"the mail was not é","errorType":"Function.HandlerError","#
                + #""requestId":"id-1","stackTrace":[]}"#)
        #expect(report.header("Content-Length") == "\(report.body.count)")
    }

    @Test("Lambda takes every error type of ours, and of a foreign error only the type is told")
    func failureTypes() throws {
        let failures = [
            RuntimeAPI.Failure(BadEvent("x")), RuntimeAPI.Failure(ConfigurationError.missing("X")),
            RuntimeAPI.Failure(Described()), RuntimeAPI.Failure(Undescribed()),
        ]
        #expect(
            failures.map(\.type) == [
                "Function.BadEvent", "Runtime.InitError", "Function.HandlerError",
                "Function.HandlerError",
            ])
        // What Lambda does not take it shows as Runtime.Unknown.
        for failure in failures {
            #expect(failure.type.wholeMatch(of: /(Runtime|Function)\.[A-Z][a-zA-Z]+/) != nil)
        }
        #expect(failures[3].message == "Undescribed")
    }

    @Test("What came with the event reaches the handler")
    func context() throws {
        let header = "Root=1-67890abc-0123456789abcdef01234567;Parent=53995c3f42cd8ad8;Sampled=1"
        let runtime = try RuntimeServer(next: [
            Answer(
                200,
                [
                    "lambda-runtime-aws-request-id: id-1",
                    "LAMBDA-RUNTIME-DEADLINE-MS: 1737194400000",
                    "Lambda-Runtime-Trace-Id: \(header)",
                ], #"{"a":1}"#)
        ])
        let current = CurrentInvocation()
        var seen: Invocation?
        _ = runtime.run(current: current) { invocation in
            seen = invocation
            return []
        }
        let invocation = try #require(seen)
        #expect(invocation.requestID == "id-1")
        #expect(invocation.deadlineMilliseconds == 1_737_194_400_000)
        #expect(invocation.trace?.text == header)
        #expect(invocation.event == Array(#"{"a":1}"#.utf8))
        #expect(current.deadlineMilliseconds == 1_737_194_400_000)
        #expect(current.trace?.root == "1-67890abc-0123456789abcdef01234567")
        #expect(current.secondsLeft() < 0)
    }

    @Test("The trace is this event's, and gone for one without; the environment stays as it was")
    func trace() throws {
        let runtime = try RuntimeServer(next: [
            RuntimeServer.event("1", "{}", ["Lambda-Runtime-Trace-Id: Root=1-a;Sampled=0"]),
            RuntimeServer.event("2"),
        ])
        let current = CurrentInvocation()
        var seen: [String?] = []
        _ = runtime.run(current: current) { _ in
            seen.append(current.trace?.text)
            // glibc never frees a variable's earlier value.
            #expect(getenv("_X_AMZN_TRACE_ID") == nil)
            return []
        }
        #expect(seen == ["Root=1-a;Sampled=0", nil])
    }

    @Test("An id with odd characters is encoded, and one that is missing ends the process")
    func ids() throws {
        let odd = try RuntimeServer(next: [RuntimeServer.event("a/../b?c#d e")])
        _ = odd.run { _ in [] }
        #expect(odd.calls[1] == "a%2F..%2Fb%3Fc%23d%20e/response")
        let none = try RuntimeServer(next: [Answer(200, [], "{}")])
        let run = none.run { _ in [] }
        #expect(throws: RuntimeAPIError.self) { try run.outcome.get() }
        #expect(none.calls == ["next"])
    }

    @Test(
        "A refused answer is logged, not reported again, and the next event taken",
        arguments: [
            413, 403, 400,
        ])
    func refused(status: Int) throws {
        let runtime = try RuntimeServer(
            next: [RuntimeServer.event("1"), RuntimeServer.event("2")], post: [Answer(status)])
        let run = runtime.run { _ in [] }
        #expect(throws: Never.self) { try run.outcome.get() }
        #expect(runtime.calls == ["next", "1/response", "next", "2/response", "next"])
        let line = try JSONValue(parsing: try #require(runtime.lines.all.first))
        #expect(line["message"] == "the answer was refused")
        #expect(line["status"] == .string("\(status)"))
        #expect(line["requestId"] == "1")
    }

    @Test("A refused report goes on with the next event")
    func refusedReport() throws {
        let runtime = try RuntimeServer(
            next: [RuntimeServer.event("1"), RuntimeServer.event("2")], post: [Answer(403)])
        _ = runtime.run { _ in throw Described() }
        #expect(runtime.calls == ["next", "1/error", "next", "2/error", "next"])
    }

    @Test("410 on an answer is the end too")
    func gone() throws {
        let runtime = try RuntimeServer(next: [RuntimeServer.event("1")], post: [Answer(410)])
        let run = runtime.run { _ in [] }
        #expect(throws: Never.self) { try run.outcome.get() }
        #expect(runtime.calls == ["next", "1/response"])
    }

    @Test("A failing next is tried three times, then the process ends with an error")
    func failingNext() throws {
        let failing = try RuntimeServer(next: Array(repeating: Answer(500), count: 3))
        let run = failing.run { _ in [] }
        #expect(throws: RuntimeAPIError.unreachable("next", reason: "status 500")) {
            try run.outcome.get()
        }
        #expect(failing.calls == ["next", "next", "next"])
        #expect(run.pauses == [0.05, 0.1])
        let recovering = try RuntimeServer(
            next: [Answer(500), Answer(503), RuntimeServer.event("1")])
        #expect(throws: Never.self) { try recovering.run { _ in [] }.outcome.get() }
        #expect(recovering.calls == ["next", "next", "next", "1/response", "next"])
    }

    @Test("A next that is refused is no event", arguments: [400, 403, 404, 202])
    func refusedNext(status: Int) throws {
        let runtime = try RuntimeServer(next: [Answer(status)])
        let run = runtime.run { _ in [] }
        #expect(throws: RuntimeAPIError.rejected("next", status: status)) { try run.outcome.get() }
        #expect(runtime.calls == ["next"])
    }

    @Test("A sandbox that says it is broken ends the process")
    func brokenSandbox() throws {
        let runtime = try RuntimeServer(next: [RuntimeServer.event("1")], post: [Answer(500)])
        let run = runtime.run { _ in [] }
        #expect(throws: RuntimeAPIError.unreachable("invocation/1/response", reason: "status 500"))
        {
            try run.outcome.get()
        }
        #expect(runtime.calls == ["next", "1/response"])
    }
}
