internal import JSON

/// The result of one scenario.
struct ScenarioResult: Equatable {
    let name: String
    /// In the order in which they were found.
    var details: [JSONValue.Member] = []
    /// What did not happen, and what to do.
    var failure: String?
    /// What the test has made and could not take back, and what to do: it decides who gets mail.
    var leftOver: String?

    /// Why it failed, and what to do; nil where it passed.
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
