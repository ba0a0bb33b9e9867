internal import JSON
internal import Mail

/// A file of rules: a JSON array, one rule a line, in the order of the addresses, so that a change
/// is one line of a version control's difference.
struct RuleFile {
    let entries: [Entry]

    /// - Throws: `Failure` that names the first rule that is wrong.
    init(_ bytes: [UInt8], named name: String) throws {
        let document: JSONValue
        do {
            document = try JSONValue(parsing: bytes)
        } catch {
            throw Failure(.failed, "\(name) is \(error); nothing was changed.")
        }
        guard let rules = document.array else {
            throw Failure(.failed, "\(name) holds no list of rules; nothing was changed.")
        }
        var entries: [Entry] = []
        var seen: Set<RoutingKey> = []
        for (index, rule) in rules.enumerated() {
            func wrong(_ words: String) -> Failure {
                Failure(.failed, "\(name), rule \(index + 1)\(words); nothing was changed.")
            }
            let entry: Entry
            do {
                entry = try Entry(rule)
            } catch {
                let recipient = rule["recipient"]?.string.map { " (\($0))" } ?? ""
                throw wrong("\(recipient): \(error.words)")
            }
            guard seen.insert(entry.pattern.key).inserted else {
                throw wrong(": there are two rules for \(entry.pattern)")
            }
            entries.append(entry)
        }
        self.entries = entries
    }

    /// What must be written so that the table says what the file says.
    /// - Parameter prunes: whether a rule that the file does not have goes.
    func changes(from rows: [RuleRow], prunes: Bool) -> [RuleChange] {
        let rows = rows.filter { $0.sk == "RULE#v1" }
        let old = Dictionary(
            rows.map { ($0.routingKey, $0) }, uniquingKeysWith: { first, _ in first })
        let changes = entries.compactMap { entry in
            RuleChange(entry.pattern, from: old[entry.pattern.key], to: entry.content)
        }
        guard prunes else { return changes }
        let kept = Set(entries.map(\.pattern.key))
        return changes + rows.filter { !kept.contains($0.routingKey) }.map { .remove($0) }
    }
}
