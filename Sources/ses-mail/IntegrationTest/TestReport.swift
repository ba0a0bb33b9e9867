internal import JSON

/// What came of the whole test? On the screen and as a file.
struct TestReport: Equatable {
    let environment: EnvironmentName
    let epochSeconds: Int
    let results: [ScenarioResult]

    var failedCount: Int { results.count { !$0.passed } }
    var fileName: String { "integration_test_report_\(environment)_\(epochSeconds).json" }

    var json: JSONValue {
        [
            "environment": .string(environment.rawValue),
            "timestamp": .string(Clock.text(epochSeconds)),
            "total_tests": .integer(results.count),
            "passed": .integer(results.count - failedCount), "failed": .integer(failedCount),
            "tests": .array(results.map(\.json)),
        ]
    }

    func show(on output: Output) {
        if output.isJSON { return output.json(json) }
        output.line("")
        output.line("INTEGRATION TEST REPORT")
        output.line("Environment: \(environment)")
        output.line("Timestamp: \(Clock.text(epochSeconds))")
        output.line("Total Tests: \(results.count)")
        output.line("Passed: \(results.count - failedCount)")
        output.line("Failed: \(failedCount)")
        for result in results {
            output.line("")
            output.line("Test: \(result.name)")
            output.line(
                output.paint(
                    "Status: \(result.passed ? "PASS" : "FAIL")", result.passed ? .good : .bad))
            if let problem = result.problem { output.line("Failure: \(problem.printable)") }
            output.line("Details:")
            for detail in result.details {
                let value =
                    detail.value.string ?? String(decoding: detail.value.bytes, as: UTF8.self)
                output.line("  - \(detail.name): \(value.printable)")
            }
        }
    }
}
