internal import JSON

/// The words of a DynamoDB expression, taken one by one, with the names and values that stand for
/// parts of it.
struct ExpressionWords {
    private var words: [String]
    private let names: JSONValue
    private let values: JSONValue
    /// The `#names` and `:values` that were taken.
    private(set) var used: Set<String> = []

    init(_ text: String, _ input: JSONValue) {
        words = ExpressionWords.split(text)
        names = input["ExpressionAttributeNames"] ?? [:]
        values = input["ExpressionAttributeValues"] ?? [:]
    }

    var isAtEnd: Bool { words.isEmpty }

    mutating func accept(_ word: String) -> Bool {
        guard words.first == word else { return false }
        words.removeFirst()
        return true
    }

    mutating func expect(_ word: String) throws(TableRefusal) {
        guard accept(word) else { throw .invalid("\(word) is missing") }
    }

    /// The name of an attribute.
    mutating func name() throws(TableRefusal) -> String {
        let word = try next()
        guard word.hasPrefix("#") else {
            // Some of the five hundred
            // (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ReservedWords.html).
            let reserved = [
                "action", "key", "keys", "name", "owner", "state", "status", "time", "timestamp",
                "token", "ttl", "type", "until", "user", "value", "values",
            ]
            guard !reserved.contains(word.lowercased()) else {
                throw .invalid("\(word) is a reserved word")
            }
            return word
        }
        used.insert(word)
        guard let name = names[word]?.string else { throw .invalid("no name \(word)") }
        return name
    }

    /// A value, or what `attribute` finds under the name that stands there.
    mutating func value(_ attribute: (String) -> JSONValue?) throws(TableRefusal) -> JSONValue? {
        guard words.first?.hasPrefix(":") == true else { return attribute(try name()) }
        let word = try next()
        used.insert(word)
        guard let value = values[word] else { throw .invalid("no value \(word)") }
        return value
    }

    private mutating func next() throws(TableRefusal) -> String {
        guard !words.isEmpty else { throw .invalid("it ends too early") }
        return words.removeFirst()
    }

    /// The service refuses names and values that no expression of the call uses, and empty maps.
    static func requireAllUsed(_ used: Set<String>, in input: JSONValue) throws(TableRefusal) {
        for map in ["ExpressionAttributeNames", "ExpressionAttributeValues"] {
            guard let given = input[map]?.members else { continue }
            guard !given.isEmpty else { throw .invalid("\(map) must not be empty") }
            guard given.allSatisfy({ used.contains($0.name) }) else {
                throw .invalid("a name or value is not used")
            }
        }
    }

    private static func split(_ text: String) -> [String] {
        var words: [String] = []
        var word = ""
        for character in text + " " {
            guard " (),".contains(character) else {
                word.append(character)
                continue
            }
            if !word.isEmpty { words.append(word) }
            word = ""
            if character != " " { words.append(String(character)) }
        }
        return words
    }
}
