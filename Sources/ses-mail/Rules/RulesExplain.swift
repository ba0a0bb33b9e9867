internal import ArgumentParser
internal import Mail

/// Who gets an address, and why.
struct RulesExplain: DeploymentCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Show who gets an address, and why.",
        discussion: """
            The router's own look-up: the first candidate with an enabled rule decides. Mail that \
            is spam, has a virus or is rejected by DMARC is stored whatever the rules say. The \
            exit status is 2 where the mail could not be routed.
            """)

    @Argument(help: "A recipient as a mail would name it.") var address: String
    @OptionGroup var options: CommonOptions

    func validate() throws {
        guard EmailAddress(address) != nil else {
            throw ValidationError("\(address.printable) is not an address: name a user@domain.")
        }
    }

    func run(_ deployment: Deployment, _ output: Output) throws {
        Output.progress("reading the rules …")
        let table = RuleTable(deployment)
        let explanation = RuleExplanation(
            address,
            rows: try table.find(
                keys: RoutingTable.keys(for: RoutedMail(recipients: [address]))))
        if output.isJSON {
            output.json(explanation.json)
        } else {
            output.line(explanation.sentence.printable)
            output.table(
                explanation.candidates.enumerated().map { index, candidate in
                    [
                        "  \(index + 1)", candidate.pattern, candidate.state.rawValue,
                        candidate.content ?? "",
                    ]
                }, moods: explanation.candidates.map { $0.state == .matched ? .good : .quiet })
            for warning in explanation.warnings { output.line(warning.printable) }
        }
        if case .stuck(let problem) = explanation.fate {
            throw Failure(
                .findings,
                "\(problem) Fix it with: "
                    + deployment.command("rules set ADDRESS forward MAILBOX"))
        }
    }
}
