internal import ArgumentParser
internal import Mail
internal import Text

/// Makes a rule for a new address that nobody guesses.
struct RulesNew: DeploymentCommand {
    static let configuration = CommandConfiguration(
        commandName: "new", abstract: "Make an address that nobody guesses, and its rule.",
        discussion: """
            ses-mail rules new --domain example.com --hint shop --until 30d me@gmail.com
            Without a Gmail address the mail goes where the rule for all of the domain, or the \
            global rule, forwards it now. The address is the first line of the output. An address \
            that has leaked is ended with: ses-mail rules set ADDRESS bounce
            """)

    @Argument(help: "The Gmail accounts' primary addresses, at most 10.")
    var targets: [String] = []
    @Option(help: "The domain of the address.") var domain: String
    @Option(help: "The first word of the address, such as the shop that you give it to.")
    var hint: String?
    @OptionGroup var flags: RuleFlags
    @OptionGroup var options: CommonOptions

    func validate() throws {
        guard RulePattern("any@\(domain)") != nil else {
            throw ValidationError("\(domain.printable) is not a domain.")
        }
        if let hint, !RandomAddress.isHint(hint) {
            throw ValidationError("--hint takes up to 40 letters, digits and hyphens.")
        }
        try flags.check(.forward, targets.isEmpty ? ["any@\(domain)"] : targets)
    }

    func run(_ deployment: Deployment, _ output: Output) throws {
        Output.progress("reading the rules …")
        let edit = RuleEdit(deployment, output, isGiven: true)
        let targets = try targets.isEmpty ? usualTargets(edit.table, deployment) : targets
        var generator = SystemRandomNumberGenerator()
        let address = RandomAddress.make(at: domain, hint: hint, &generator)
        guard let pattern = RulePattern(address) else {
            preconditionFailure("the address is made of letters and digits")
        }
        let rule = try flags.rule(
            pattern, .forward, targets, labels: LabelDirectory(deployment))
        try edit.make(.rule(pattern, rule), from: nil, isChecked: true, heading: pattern.text)
    }

    /// The mailboxes of the rule that takes such an address now.
    private func usualTargets(_ table: RuleTable, _ deployment: Deployment) throws -> [String] {
        let wildcards = ["*@\(domain)", "*"].compactMap { RulePattern($0) }
        for pattern in wildcards {
            guard let row = try table.find(pattern), row.rule.isEnabled else { continue }
            if row.hasEnded(at: Clock.now()) { break }
            if row.rule.action == .forwardToGmail, row.rule.hasMailboxes {
                return row.rule.destinations
            }
            break
        }
        throw Failure(
            .usage,
            "No rule forwards \(wildcards[0]) to a mailbox, so name the Gmail address: "
                + deployment.command("rules new --domain \(domain.shellWord) ADDRESS"))
    }
}

/// An address with a part that nobody guesses.
enum RandomAddress {
    /// No letter and no digit that looks like another one; five bits each.
    private static let alphabet = Array("abcdefghijkmnpqrstuvwxyz23456789")
    /// 65 bits.
    private static let length = 13

    static func make(
        at domain: String, hint: String?, _ generator: inout some RandomNumberGenerator
    ) -> String {
        let random = (0..<length).map { _ in
            alphabet[Int.random(in: 0..<alphabet.count, using: &generator)]
        }
        return "\(hint.map { "\($0)-" } ?? "")\(String(random))@\(domain)".asciiLowercased
    }

    static func isHint(_ text: String) -> Bool {
        (1...40).contains(text.utf8.count)
            && text.utf8.allSatisfy { $0.isASCIIAlphanumeric || $0 == UInt8(ascii: "-") }
    }
}
