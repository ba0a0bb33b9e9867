internal import JSON

/// A DynamoDB condition expression, evaluated for a row
/// (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html).
/// Written without the sources' help, and only as much of the language as they use.
struct ConditionExpression {
    private var words: ExpressionWords
    private let row: TableRows.Row?

    /// Whether the condition in that member of a call holds for the row (nil where there is none);
    /// notes which names and values it uses.
    static func holds(
        _ member: String = "ConditionExpression", in input: JSONValue, for row: TableRows.Row?,
        _ used: inout Set<String>
    ) throws(TableRefusal) -> Bool {
        guard let text = input[member]?.string else { return true }
        var expression = ConditionExpression(words: ExpressionWords(text, input), row: row)
        let result = try expression.disjunction()
        guard expression.words.isAtEnd else { throw .invalid("something is left over") }
        used.formUnion(expression.words.used)
        return result
    }

    private mutating func disjunction() throws(TableRefusal) -> Bool {
        var result = try conjunction()
        while words.accept("OR") { result = try conjunction() || result }
        return result
    }

    private mutating func conjunction() throws(TableRefusal) -> Bool {
        var result = try negation()
        while words.accept("AND") { result = try negation() && result }
        return result
    }

    private mutating func negation() throws(TableRefusal) -> Bool {
        words.accept("NOT") ? try !negation() : try term()
    }

    private mutating func term() throws(TableRefusal) -> Bool {
        if words.accept("(") {
            let result = try disjunction()
            try words.expect(")")
            return result
        }
        if words.accept("attribute_exists") { return try arguments(1)[0] != nil }
        if words.accept("attribute_not_exists") { return try arguments(1)[0] == nil }
        if words.accept("attribute_type") {
            let arguments = try arguments(2)
            return arguments[0]?.members?.first?.name == arguments[1]?["S"]?.string
        }
        if words.accept("begins_with") {
            let texts = try arguments(2).map { $0?["S"]?.string }
            guard let text = texts[0], let prefix = texts[1] else { return false }
            return text.utf8.starts(with: prefix.utf8)
        }
        return try comparison()
    }

    private mutating func arguments(_ count: Int) throws(TableRefusal) -> [JSONValue?] {
        try words.expect("(")
        var arguments = [try operand()]
        while arguments.count < count {
            try words.expect(",")
            arguments.append(try operand())
        }
        try words.expect(")")
        return arguments
    }

    private mutating func comparison() throws(TableRefusal) -> Bool {
        let left = try operand()
        if words.accept("IN") {
            try words.expect("(")
            var choices = [try operand()]
            while words.accept(",") { choices.append(try operand()) }
            try words.expect(")")
            return left != nil && choices.contains(left)
        }
        if words.accept("=") {
            let right = try operand()
            // A map's members have no order.
            return left != nil && left?.sorted == right?.sorted
        }
        try words.expect("<")
        let right = try operand()
        // Values of two types, or one that is not there, are never in order.
        guard let left = left?["N"]?.string.flatMap(Int.init),
            let right = right?["N"]?.string.flatMap(Int.init)
        else { return false }
        return left < right
    }

    private mutating func operand() throws(TableRefusal) -> JSONValue? {
        try words.value { row?[$0] }
    }
}
