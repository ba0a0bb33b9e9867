internal import ArgumentParser
internal import JSON

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

    init(_ rules: StoredRules) {
        var lines: [String] = []
        var notes: [String] = []
        for stored in rules.entries {
            do {
                let (line, words) = try Self.line(stored)
                lines.append("  \(line)")
                notes += words
            } catch {
                let pk = stored.key.pk
                let list = stored.entry.standsInList ? "entry \(stored.entry.name) of the " : ""
                notes.append("The \(list)row \(pk) is left out: \(error.words).")
            }
        }
        notes += rules.unreadable.map { "The row \($0.pk) is left out: \($0.reason)." }
        text = lines.isEmpty ? "[]" : "[\n\(lines.joined(separator: ",\n"))\n]"
        self.notes = notes
    }

    private static func line(_ stored: StoredEntry) throws(RuleEntry.Fault) -> (String, [String]) {
        let sk = stored.key.sk
        guard sk == RuleRow.sortKey else {
            throw .init("its sort key is \(sk), not \(RuleRow.sortKey)")
        }
        var notes: [String] = []
        var entry = stored.entry
        // A rule with other words is better than none: with --prune, a missing one is deleted.
        if RuleDescription.problem(entry.description) != nil {
            entry.description = RuleDescription.plain(entry.description)
            notes.append("The description of \(entry.name) is written with ' and / and blanks.")
        }
        if let problem = entry.problems.first { throw .init("\(problem)") }
        guard try RuleEntry(entry.json).fileKey == entry.fileKey else {
            throw .init(
                entry.name.utf8.first == UInt8(ascii: "*")
                    ? "no mail is looked up in this spelling" : "rules import writes in lower case")
        }
        return (String(decoding: entry.json.bytes, as: UTF8.self), notes)
    }
}
