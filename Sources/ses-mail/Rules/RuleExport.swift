internal import ArgumentParser
internal import JSON
internal import Mail

/// Prints all rules as one file.
struct RulesExport: DeploymentCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Print all rules as a file for rules import.",
        discussion: """
            ses-mail rules export --env prod > rules.json
            A rule that rules import would not accept is left out, and named on standard error.
            """)

    @OptionGroup var options: CommonOptions

    func run(_ deployment: Deployment, _ output: Output) throws {
        Output.progress("reading the rules …")
        let export = RuleExport(try RuleTable(deployment).all())
        output.line(export.text)
        for note in export.notes { Output.complain(note) }
    }
}

/// The table's rules as a file that `rules import` takes, and notes about the differences.
struct RuleExport {
    let text: String
    /// The differences between the table and the file, a sentence each.
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
        guard row.sk == RuleRow.sortKey else {
            throw .init("its sort key is \(row.sk), not \(RuleRow.sortKey)")
        }
        var content = row.content
        var notes: [String] = []
        // A rule with other words is better than none: with --prune, a missing one is deleted.
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
            // The router ignores the space around it, too.
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

    /// The text on one line, without the characters that JSON would escape.
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
