internal import JSON

/// What came of one scenario?
struct ScenarioResult: Equatable {
    let name: String
    /// In the order in which they were found.
    var details: [JSONValue.Member] = []
    /// Why it failed, and what to do; nil where it passed.
    var failure: String?

    var passed: Bool { failure == nil }

    mutating func note(_ name: String, _ value: JSONValue) {
        details.append(.init(name, value))
    }

    var json: JSONValue {
        [
            "name": .string(name), "status": .string(passed ? "PASS" : "FAIL"),
            "failure": failure.map { .string($0) } ?? .null, "details": .object(details),
        ]
    }
}
