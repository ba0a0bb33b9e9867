import Foundation
import JSON
import TestSupport
import Testing

/// The real executable as Lambda starts it.
@Suite(.waiting)
struct InitializationTests {
    private let program = Repository.products.appending(path: "router-enrichment")

    private func variables(_ runtime: RuntimeServer) -> [String: String] {
        [
            "AWS_LAMBDA_RUNTIME_API": runtime.server.address, "AWS_REGION": "ap-southeast-2",
            "AWS_ACCESS_KEY_ID": "ASIAEXAMPLE", "AWS_SECRET_ACCESS_KEY": "hidden-key",
            "AWS_SESSION_TOKEN": "hidden-token", "DYNAMODB_TABLE_NAME": "t", "ENVIRONMENT": "test",
        ]
    }

    @Test(
        "A variable that is missing is reported by its name, and the process ends",
        arguments: [
            "AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "DYNAMODB_TABLE_NAME",
            "ENVIRONMENT",
        ], [nil, ""])
    func missing(name: String, value: String?) throws {
        let runtime = try RuntimeServer(next: [])
        var variables = variables(runtime)
        variables[name] = value
        let run = try ProgramRun(program, environment: variables)
        #expect(run.status == 1)
        #expect(runtime.calls == ["init/error"])
        let report = try #require(runtime.server.requests.first)
        #expect(report.method == "POST")
        #expect(report.header("Lambda-Runtime-Function-Error-Type") == "Runtime.InitError")
        #expect(
            report.bodyText
                == #"{"errorMessage":"the environment variable \#(name) is not set","#
                + #""errorType":"Runtime.InitError","requestId":"","stackTrace":[]}"#)
        let line = try JSONValue(parsing: run.output.trimmingCharacters(in: .newlines))
        #expect(line["level"] == "FATAL")
        #expect(line["reason"] == .string("the environment variable \(name) is not set"))
        #expect(!run.output.contains("hidden"))
    }

    @Test("More than one event at a time is refused", arguments: ["2", "0", "many"])
    func concurrency(value: String) throws {
        let runtime = try RuntimeServer(next: [])
        let more = ["AWS_LAMBDA_MAX_CONCURRENCY": value]
        let run = try ProgramRun(program, environment: variables(runtime).merging(more) { $1 })
        #expect(run.status == 1)
        #expect(runtime.calls == ["init/error"])
        #expect(
            runtime.server.requests.first?.bodyText.contains("AWS_LAMBDA_MAX_CONCURRENCY") == true)
    }

    @Test("A report that Lambda refuses changes nothing")
    func refusedReport() throws {
        let runtime = try RuntimeServer(next: [], post: [Answer(403)])
        var variables = variables(runtime)
        variables["ENVIRONMENT"] = nil
        #expect(try ProgramRun(program, environment: variables).status == 1)
    }

    @Test("Outside Lambda the process says so and ends")
    func outside() throws {
        let run = try ProgramRun(program)
        #expect(run.status == 1)
        #expect(run.output.contains("AWS_LAMBDA_RUNTIME_API is not set"))
    }

    @Test("With its variables it asks for events first of all, past any proxy, and ends with them")
    func whole() throws {
        let proxy = try LoopbackServer(answers: [Answer(200)])
        let runtime = try RuntimeServer(next: [])
        var variables = variables(runtime)
        for name in ["http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy", "ALL_PROXY"] {
            variables[name] = proxy.url
        }
        variables["AWS_LAMBDA_MAX_CONCURRENCY"] = "1"
        let run = try ProgramRun(program, environment: variables)
        #expect(run.status == 0)
        #expect(runtime.calls == ["next"])
        #expect(proxy.connectionCount == 0)
        #expect(run.output.isEmpty)
    }
}
