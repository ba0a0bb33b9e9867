internal import JSON

/// A DynamoDB update expression, applied to a row
/// (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html):
/// `SET` of values and of `if_not_exists`, and `REMOVE`.
struct UpdateExpression {
    typealias Row = TableRows.Row

    private var words: ExpressionWords
    /// The row before the update, which all of its parts see.
    private let old: Row
    private var changes: [(name: String, value: JSONValue?)] = []

    /// The row after the call's update; notes which names and values it uses.
    static func apply(
        in input: JSONValue, to row: Row, _ used: inout Set<String>
    ) throws(TableRefusal) -> Row {
        var update = UpdateExpression(
            words: ExpressionWords(input["UpdateExpression"]?.string ?? "", input), old: row)
        try update.clauses()
        used.formUnion(update.words.used)
        var row = row
        for change in update.changes { row[change.name] = change.value }
        return row
    }

    private mutating func clauses() throws(TableRefusal) {
        repeat {
            if words.accept("SET") {
                repeat { try assignment() } while words.accept(",")
            } else {
                try words.expect("REMOVE")
                repeat { try note(try words.name(), nil) } while words.accept(",")
            }
        } while !words.isAtEnd
    }

    private mutating func assignment() throws(TableRefusal) {
        let name = try words.name()
        try words.expect("=")
        guard words.accept("if_not_exists") else { return try note(name, try value()) }
        try words.expect("(")
        let current = try words.value { old[$0] }
        try words.expect(",")
        let other = try value()
        try words.expect(")")
        try note(name, current ?? other)
    }

    private mutating func value() throws(TableRefusal) -> JSONValue {
        guard let value = try words.value({ old[$0] }) else {
            throw .invalid("an attribute that is not there")
        }
        return value
    }

    private mutating func note(_ name: String, _ value: JSONValue?) throws(TableRefusal) {
        guard name != "PK", name != "SK" else { throw .invalid("a key is not updated") }
        guard !changes.contains(where: { $0.name == name }) else {
            throw .invalid("\(name) is changed twice")
        }
        changes.append((name, value))
    }
}
