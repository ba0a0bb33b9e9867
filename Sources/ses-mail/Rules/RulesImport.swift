internal import ArgumentParser
internal import JSON

/// Makes the table equal to a file.
struct RulesImport: DeploymentCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Show the changes that a file makes, and make them.",
        discussion: """
            Only differences are written, in steps of a hundred rows, each of which is made \
            completely or not at all. Rules that are not in the file stay, unless you add --prune.
            With --from the file is the export of another service (docs/rules.md says which); what \
            has no counterpart here is listed, and left out.
            """)

    @Argument(
        help: "A file as rules export prints it; - is standard input.",
        completion: .file(extensions: ["json"]))
    var file: String
    @Option(help: "The service whose export the file is.") var from: ForeignService?
    @Flag(help: "Delete the rules that are not in the file.") var prune = false
    @Flag(help: "Only show the changes.") var dryRun = false
    @Flag(name: .shortAndLong, help: "Do not ask.") var yes = false
    @OptionGroup var options: CommonOptions

    func validate() throws {
        guard !prune || from == nil else {
            throw ValidationError("--prune needs a file of rules, and does not go with --from.")
        }
    }

    func run(_ deployment: Deployment, _ output: Output) throws {
        let name = TextFile.name(path: file)
        let bytes = try TextFile.bytes(path: file)
        let foreign = try from.map { try ForeignRules(bytes, named: name, from: $0) }
        let wanted = try RuleFile(foreign?.document.bytes ?? bytes, named: name)
        guard !prune || !wanted.entries.isEmpty else {
            throw Failure(
                .failed,
                "\(name) holds no rule, and --prune would delete all rules of the deployment. "
                    + "Nothing was changed. Delete them one by one with: "
                    + deployment.command("rules remove ADDRESS"))
        }
        Output.progress("reading the rules …")
        let table = RuleTable(deployment)
        let changes = wanted.changes(from: try table.all(), prunes: prune)
        if !output.isJSON {
            output.table(changes.map(\.cells), severities: changes.map(\.severity))
        }
        let warnings =
            (foreign?.notes ?? [])
            + RuleWarnings(deployment).sentences(on: changes.compactMap(\.new))
        if !output.isJSON {
            for warning in warnings { output.line(output.paint(warning.printable, .warning)) }
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
            "changes": changes.map(\.json).json,
            "warnings": warnings.json, "written": .bool(count > 0 && count == changes.count),
            "written_count": .integer(count),
        ]
    }
}
