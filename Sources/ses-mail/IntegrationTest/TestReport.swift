internal import JSON

/// The result of the whole test, on the screen and as a file.
struct TestReport: Equatable {
    let environment: EnvironmentName
    let epochSeconds: Int
    let results: [ScenarioResult]

    var failedCount: Int { results.count { !$0.passed } }

    /// Writes the report into a new file of this folder, and returns the file's name. Another test
    /// that began in the same second has its own file.
    func save() throws -> String {
        let bytes = json.bytes + [0x0A]
        let name = "integration_test_report_\(environment)_\(epochSeconds)"
        for path in ["\(name).json"] + (2...99).map({ "\(name)_\($0).json" }) {
            if try TextFile.create(bytes, path: path) { return path }
        }
        throw Failure(.failed, "There are a hundred reports \(name) in this folder already.")
    }

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
                    "Status: \(result.passed ? "PASS" : "FAIL")", result.severity))
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

/// The result of one scenario.
struct ScenarioResult: Equatable {
    let name: String
    /// The details in the order in which they were found.
    var details: [JSONValue.Member] = []
    /// The failure of the scenario, with the next step; nil if it succeeded.
    var failure: String?
    /// The rule that could not be deleted, with the next step; nil if none is left. A rule that is
    /// left decides who gets mail.
    var leftOver: String?

    /// The reason of the failure, and what to do; nil if the scenario passed.
    var problem: String? {
        let sentences = [failure, leftOver].compactMap { $0 }
        return sentences.isEmpty ? nil : sentences.joined(separator: " ")
    }
    var passed: Bool { problem == nil }
    var severity: Severity { passed ? .ok : .error }

    mutating func note(_ name: String, _ value: JSONValue) {
        details.append(.init(name, value))
    }

    var json: JSONValue {
        [
            "name": .string(name), "status": .string(passed ? "PASS" : "FAIL"),
            "severity": .string(severity.rawValue),
            "failure": problem.map { .string($0) } ?? .null, "details": .object(details),
        ]
    }
}
