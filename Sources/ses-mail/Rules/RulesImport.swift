internal import ArgumentParser
internal import JSON

/// Changes the table to what a file holds.
struct RulesImport: DeploymentCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Show what a file would change, and change it.",
        discussion: """
            Only what differs is written, in steps of a hundred rules, each made whole or not at \
            all. Rules that the file does not have stay, unless you say --prune.
            """)

    @Argument(help: "What rules export printed, edited; - is standard input.") var file: String
    @Flag(help: "Delete the rules that the file does not have.") var prune = false
    @Flag(help: "Only show what would change.") var dryRun = false
    @Flag(name: .shortAndLong, help: "Do not ask.") var yes = false
    @OptionGroup var options: CommonOptions

    func run(_ deployment: Deployment, _ output: Output) throws {
        let name = TextFile.name(path: file)
        let wanted = try RuleFile(TextFile.bytes(path: file), named: name)
        guard !prune || !wanted.entries.isEmpty else {
            throw Failure(
                .failed,
                "\(name) holds no rule, and --prune would delete all that there are; nothing was "
                    + "changed. Delete them one by one with: "
                    + deployment.command("rules remove ADDRESS"))
        }
        Output.progress("reading the rules …")
        let table = RuleTable(deployment)
        let changes = wanted.changes(from: try table.all(), prunes: prune)
        if !output.isJSON {
            output.table(changes.map(\.cells), moods: changes.map(\.mood))
        }
        let warnings = RuleWarnings(deployment).sentences(
            on: changes.compactMap { change in change.new.map { (change.pattern, $0) } })
        if !output.isJSON {
            for warning in warnings { output.line(output.paint(warning.printable, .odd)) }
        }
        let number = changes.count.counted("change")
        var count = 0
        if !dryRun && !changes.isEmpty {
            try deployment.confirm(
                "Write \(number) to \(deployment)?", isGiven: yes)
            do {
                try table.write(all: changes, now: Clock.now()) {
                    count = $0
                    Output.progress("\(count) of \(number) written …")
                }
            } catch {
                guard count > 0 else { throw error }
                if output.isJSON { output.json(answer(changes, warnings, written: count)) }
                throw Failure(error, in: deployment, "After \(count) of \(number)")
            }
        }
        output.answer(
            answer(changes, warnings, written: count),
            changes.isEmpty
                ? "No changes."
                : "\(number)\(count > 0 ? " written." : ", none written.")")
    }

    private func answer(
        _ changes: [RuleChange], _ warnings: [String], written count: Int
    ) -> JSONValue {
        [
            "changes": .array(changes.map(\.json)),
            "warnings": .array(warnings.map { .string($0) }),
            "written": .bool(count > 0 && count == changes.count), "writtenCount": .integer(count),
        ]
    }
}
