internal import JSON

/// Does a row satisfy a DynamoDB condition expression? As much of the language as a ledger needs
/// (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html),
/// read without the sources' help: `OR`, `AND`, brackets, `=`, `<`, `attribute_not_exists`.
struct ConditionExpression {
    /// The service's ValidationException.
    struct Invalid: Error {
        let reason: String
    }

    private var tokens: [String]
    private let names: JSONValue
    private let values: JSONValue
    private let row: JSONValue?
    private var used: Set<String> = []

    private init(_ input: JSONValue, row: JSONValue?) {
        tokens = ConditionExpression.tokens(input["ConditionExpression"]?.string ?? "")
        names = input["ExpressionAttributeNames"] ?? [:]
        values = input["ExpressionAttributeValues"] ?? [:]
        self.row = row
    }

    /// Whether the request's condition holds for the row (nil where there is none).
    static func holds(in input: JSONValue, for row: JSONValue?) throws(Invalid) -> Bool {
        guard input["ConditionExpression"] != nil else { return true }
        var expression = ConditionExpression(input, row: row)
        let result = try expression.disjunction()
        guard expression.tokens.isEmpty else { throw Invalid(reason: "something is left over") }
        let given = (expression.names.members ?? []) + (expression.values.members ?? [])
        guard given.allSatisfy({ expression.used.contains($0.name) }) else {
            throw Invalid(reason: "a name or value is not used")
        }
        return result
    }

    private mutating func disjunction() throws(Invalid) -> Bool {
        var result = try conjunction()
        while accept("OR") { result = try conjunction() || result }
        return result
    }

    private mutating func conjunction() throws(Invalid) -> Bool {
        var result = try term()
        while accept("AND") { result = try term() && result }
        return result
    }

    private mutating func term() throws(Invalid) -> Bool {
        if accept("(") {
            let result = try disjunction()
            try expect(")")
            return result
        }
        if accept("attribute_not_exists") {
            try expect("(")
            let attribute = try operand()
            try expect(")")
            return attribute == nil
        }
        let left = try operand()
        if accept("=") {
            let right = try operand()
            return left != nil && left == right
        }
        try expect("<")
        let right = try operand()
        // Values of two types, or one that is not there, are never in order.
        guard let left = left?["N"]?.string.flatMap(Int.init),
            let right = right?["N"]?.string.flatMap(Int.init)
        else { return false }
        return left < right
    }

    private mutating func operand() throws(Invalid) -> JSONValue? {
        guard !tokens.isEmpty else { throw Invalid(reason: "it ends too early") }
        let token = tokens.removeFirst()
        used.insert(token)
        if token.hasPrefix(":") {
            guard let value = values[token] else { throw Invalid(reason: "no value \(token)") }
            return value
        }
        guard token.hasPrefix("#") else { return row?[token] }
        guard let name = names[token]?.string else { throw Invalid(reason: "no name \(token)") }
        return row?[name]
    }

    private mutating func accept(_ token: String) -> Bool {
        guard tokens.first == token else { return false }
        tokens.removeFirst()
        return true
    }

    private mutating func expect(_ token: String) throws(Invalid) {
        guard accept(token) else { throw Invalid(reason: "\(token) is missing") }
    }

    private static func tokens(_ text: String) -> [String] {
        var tokens: [String] = []
        var word = ""
        for character in text + " " {
            if character != " " && character != "(" && character != ")" {
                word.append(character)
                continue
            }
            if !word.isEmpty { tokens.append(word) }
            word = ""
            if character != " " { tokens.append(String(character)) }
        }
        return tokens
    }
}
