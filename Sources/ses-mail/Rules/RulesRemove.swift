internal import ArgumentParser

/// Deletes a rule.
struct RulesRemove: DeploymentCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Delete a rule; the next wider one decides.")

    @Argument(help: "user@domain, *@domain or *.") var address: RulePattern
    @Flag(name: .shortAndLong, help: "Do not ask.") var yes = false
    @OptionGroup var options: CommonOptions

    func run(_ deployment: Deployment, _ output: Output) throws {
        let table = RuleTable(deployment)
        let row = try table.existing(address)
        try Confirmation.require(
            "Delete the rule for \(address) in \(deployment) (\(row.content.text))?", isGiven: yes)
        let change = RuleChange.remove(row)
        try table.write(change, now: Clock.now())
        output.answer(change.json, "\(address): deleted (was: \(row.content.text))".printable)
    }
}
