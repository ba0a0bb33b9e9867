internal import AWS
internal import ArgumentParser
internal import JSON
internal import Mail
internal import Text

/// Changes a rule in an editor.
struct RulesEdit: DeploymentCommand {
    static let configuration = CommandConfiguration(
        commandName: "edit", abstract: "Change a rule in your editor.",
        discussion: """
            Opens the rule, in the form of rules export, in $VISUAL or $EDITOR, shows the change \
            and asks before it is written. A file that is wrong is explained, and may be edited \
            again; one that is not changed does nothing.
            """)

    @Argument(help: RuleName.help, transform: RuleName.argument) var address: RuleName
    @Flag(name: .shortAndLong, help: "Do not ask.") var yes = false
    @OptionGroup var options: CommonOptions

    func run(_ deployment: Deployment, _ output: Output) throws {
        Output.progress("reading the rule …")
        let edit = RuleEdit(deployment, output, isGiven: true)
        let row = try edit.table.existing(address)
        let text = row.stored.editorText
        guard let entry = try edited(text, of: row) else {
            return try edit.make(row.entry, from: row.stored)
        }
        if let change = RuleChange(from: row.stored, to: entry) {
            if !output.isJSON { output.table([change.cells], severities: [change.severity]) }
            try deployment.confirm("Write this to \(deployment)?", isGiven: yes)
        }
        try edit.make(entry, from: row.stored, isChecked: true)
    }

    /// The rule as it was edited; nil where nothing was changed.
    private func edited(_ text: String, of row: RuleRow) throws -> RuleEntry? {
        let file = try EditorFile(text)
        while true {
            let bytes = try file.edit()
            if bytes.elementsEqual(text.utf8) { return nil }
            do {
                let entries = try RuleFile(bytes, named: "The edited rule").entries
                guard let entry = entries.first, entries.count == 1,
                    let entry = entry.spelled(as: row)
                else {
                    throw Failure(
                        .failed,
                        "The edited file must have one rule, for \(row.pattern); nothing was "
                            + "changed.")
                }
                return entry
            } catch let fault as Failure {
                guard Confirmation.isPossible,
                    Confirmation.ask("\(fault.sentence) Edit it again?")
                else { throw fault }
            }
        }
    }
}

extension RuleEntry {
    /// The entry under the row's own spelling, which a file has in lower case; nil if it is for
    /// another address.
    fileprivate func spelled(as row: RuleRow) -> RuleEntry? {
        guard case .rule(let pattern, let rule) = self,
            pattern.text.hasSameBytes(as: row.pattern.text.asciiLowercased)
        else { return fileKey == row.entry.fileKey ? self : nil }
        return .rule(row.pattern, rule)
    }
}

extension StoredEntry {
    /// The entry as a file with one attribute a line. A wrong attribute stands there as it is.
    fileprivate var editorText: String {
        let wrong = entry.problems.map(\.attribute)
        let name = entry.json.members?.prefix(1) ?? []
        let members =
            name
            + entry.attributeNames.compactMap { name in
                let value =
                    wrong.contains(name) ? attributes[name]?.plain : entry.attributes[name]
                return value.map { JSONValue.Member(name, $0) }
            }
        let lines = members.map { member in
            let name = String(decoding: JSONValue.string(member.name).bytes, as: UTF8.self)
            return "  \(name): \(String(decoding: member.value.bytes, as: UTF8.self))"
        }
        return "[{\n\(lines.joined(separator: ",\n"))\n}]\n"
    }
}
