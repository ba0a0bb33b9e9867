internal import JSON

/// The judgement of a function's policy.
enum PolicyDiagnosis {
    /// The keys that the router asks for in one call. DynamoDB refuses the whole call where one of
    /// them is not allowed
    /// (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html).
    private static let keys = ["ROUTE#", "SENDER#", "PATTERNS#"]

    /// - Parameter policy: the document of the router's policy; nil where it has none.
    static func lookUp(_ policy: String?, _ deployment: Deployment) -> Diagnosis {
        guard let policy else {
            return .error("its role has no policy: no mail is routed", deployment.applying)
        }
        // The place of the error would not help: IAM stores no policy that is not JSON.
        guard let document = try? JSONValue(parsing: policy) else {
            return .error("its policy is not JSON: no mail is routed", deployment.applying)
        }
        let missing = keys.filter { !mayRead($0, document) }
        guard missing.isEmpty else {
            return .error(
                "may not look up \(missing.map { "\($0)*" }.joined(separator: ", ")): no mail is "
                    + "routed", deployment.applying)
        }
        return .ok("looks up \(keys.map { "\($0)*" }.joined(separator: ", "))")
    }

    private static func mayRead(_ key: String, _ document: JSONValue) -> Bool {
        list(document["Statement"]).contains { statement in
            guard statement["Effect"] == "Allow",
                texts(statement["Action"]).contains(where: {
                    ["dynamodb:BatchGetItem", "dynamodb:BatchGet*", "dynamodb:*", "*"].contains($0)
                })
            else { return false }
            let conditions = (statement["Condition"]?.members ?? []).map(\.value)
            let patterns = conditions.compactMap { $0["dynamodb:LeadingKeys"] }
            return patterns.isEmpty
                || patterns.allSatisfy { pattern in
                    texts(pattern).contains { ["*", "\(key)*"].contains($0) }
                }
        }
    }

    /// A policy may leave out the brackets around one.
    private static func list(_ value: JSONValue?) -> [JSONValue] {
        value?.array ?? value.map { [$0] } ?? []
    }

    private static func texts(_ value: JSONValue?) -> [String] {
        list(value).compactMap(\.string)
    }
}
