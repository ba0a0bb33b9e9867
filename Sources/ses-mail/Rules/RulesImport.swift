internal import ArgumentParser
internal import JSON

/// Makes the table say what a file says.
struct RulesImport: DeploymentCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Show what a file would change, and change it.",
        discussion: """
            Only what differs is written, a hundred changes at a time, all of them or none. Rules \
            that the file does not have stay, unless you say --prune.
            """)

    @Argument(help: "What rules export printed, edited; - is standard input.") var file: String
    @Flag(help: "Delete the rules that the file does not have.") var prune = false
    @Flag(help: "Only show what would change.") var dryRun = false
    @Flag(name: .shortAndLong, help: "Do not ask.") var yes = false
    @OptionGroup var options: CommonOptions

    func run(_ deployment: Deployment, _ output: Output) throws {
        let wanted = try RuleFile(
            TextFile.bytes(path: file), named: TextFile.name(path: file))
        let table = RuleTable(deployment)
        let changes = wanted.changes(from: try table.all(), prunes: prune)
        if !output.isJSON {
            output.table(changes.map(\.cells), moods: changes.map(\.mood))
        }
        let isWritten = !dryRun && !changes.isEmpty
        let number = changes.count.counted("change")
        if isWritten {
            try Confirmation.require(
                "Write \(number) to \(deployment)?", isGiven: yes)
            try table.write(all: changes, now: Clock.now())
        }
        output.answer(
            [
                "changes": .array(changes.map(\.json)), "written": .bool(isWritten),
            ],
            changes.isEmpty
                ? "Nothing differs."
                : "\(number)\(isWritten ? " written." : ", none written.")")
    }
}
