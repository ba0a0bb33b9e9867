internal import JSON
internal import Mail

/// The table's rules as a file that `rules import` takes, and a note about the rest.
struct RuleExport {
    let text: String
    /// What the file does not say, a sentence each.
    let notes: [String]

    init(_ rows: [RuleRow]) {
        var lines: [String] = []
        var notes: [String] = []
        for row in rows {
            do {
                let (line, words) = try Self.line(row)
                lines.append("  \(line)")
                notes += words
            } catch {
                notes.append("The row \(row.pk) is left out: \(error.words).")
            }
        }
        text = lines.isEmpty ? "[]" : "[\n\(lines.joined(separator: ",\n"))\n]"
        self.notes = notes
    }

    private static func line(_ row: RuleRow) throws(RuleFile.EntryError) -> (String, [String]) {
        guard row.sk == "RULE#v1" else { throw .init("its sort key is \(row.sk), not RULE#v1") }
        var content = row.content
        var notes: [String] = []
        // A rule without its exact words is better than none: with --prune, none is a deletion.
        if RuleContent.problem(ofDescription: content.description) != nil {
            content.description = plain(content.description)
            notes.append("The description of \(row.pattern) is written with ' and / and blanks.")
        }
        switch row.rule.action {
        case .bounce, .store:
            if content.target.isEmpty { break }
            content.target = ""
            notes.append("The target of \(row.pattern) is left out: \(content.action) has none.")
        case .forwardToGmail:
            // The router takes it without the space around it, too.
            if EmailAddress(strict: content.target) != nil { break }
            content.target = Mailbox(destination: content.target).address
            notes.append("The target of \(row.pattern) is written as \(content.target).")
        case .unknown: break
        }
        let line = JSONValue.object([.init("recipient", .string(row.pattern))] + content.members)
        guard try RuleFile.Entry(line).pattern.key == row.routingKey else {
            throw .init(
                row.pattern.utf8.first == UInt8(ascii: "*")
                    ? "no mail is looked up in this spelling" : "rules import writes in lower case")
        }
        return (String(decoding: line.bytes, as: UTF8.self), notes)
    }

    /// On one line, and without what JSON would escape.
    private static func plain(_ text: String) -> String {
        var plain = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": plain.append("'")
            case "\\": plain.append("/")
            case _ where scalar.properties.generalCategory == .control: plain.append(" ")
            default: plain.append(scalar)
            }
        }
        return String(plain)
    }
}
