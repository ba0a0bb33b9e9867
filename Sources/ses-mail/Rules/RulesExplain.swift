internal import ArgumentParser
internal import Mail

/// Shows who gets an address, and why.
struct RulesExplain: DeploymentCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Show who gets an address, and why.",
        discussion: """
            Looks the address up as the router does: the first candidate with an enabled rule \
            decides. Without --from, the mail comes from a sender whom the rule lets in, and no \
            blocked or allowed sender is looked up. Mail with a virus is stored whatever the rules \
            say; the last line says what becomes of junk. The exit status is 2 where the mail \
            could not be routed. A whole mail is explained by ses-mail rules test.
            """)

    @Argument(help: "A recipient as a mail would name it.") var address: String
    @Option(help: .init("The mail's sender, proved by SPF or DMARC.", valueName: "address"))
    var from: String?
    @OptionGroup var options: CommonOptions

    func validate() throws {
        guard EmailAddress(address) != nil else {
            throw ValidationError("\(address.printable) is not an address: name a user@domain.")
        }
        if let from, EmailAddress(strict: from) == nil {
            throw ValidationError("\(from.printable) is not an address of a sender.")
        }
    }

    func run(_ deployment: Deployment, _ output: Output) throws {
        Output.progress("reading the rules …")
        var mail = RoutedMail(recipients: [address], timestamp: Clock.now())
        let sender = from.flatMap { EmailAddress(strict: $0) }
        if let sender { mail.senders = MailSenders([.init(sender, isProved: true)]) }
        let found = try RuleTable(deployment).find(keys: RoutingTable.keys(for: mail))
        let rules = StoredRules(found)
        let delivery = try deployment.settings().junkDelivery
        if sender == nil {
            let decider = RuleIndex(rules).candidates(for: address).first(where: \.decides)
            mail.senders = decider?.rule?.admittedSenders ?? MailSenders()
        }
        let explanation = RuleExplanation(of: mail, by: rules, junkDelivery: delivery)
        mail.junkReason = .spam
        let junk = RuleExplanation(of: mail, by: rules, junkDelivery: delivery)
        if output.isJSON {
            output.json(explanation.json(junk: junk, delivery))
        } else {
            show(explanation, output)
            output.line("Junk \(junk.fate) (junk_delivery = \"\(delivery.rawValue)\").".printable)
        }
        if let problem = explanation.problem {
            throw Failure(
                .findings,
                "\(problem) Fix it with: "
                    + deployment.command("rules set ADDRESS forward MAILBOX"))
        }
    }

    private func show(_ explanation: RuleExplanation, _ output: Output) {
        output.line(explanation.sentence.printable)
        output.table(
            Array(explanation.candidates.enumerated()),
            [
                .shown { "  \($0.offset + 1)" }, .shown { $0.element.pattern },
                .shown { $0.element.state.rawValue }, .shown { $0.element.content ?? "" },
            ],
            severity: { $0.element.state == .matched ? .ok : .note })
        for line in explanation.conditions + explanation.warnings { output.line(line.printable) }
    }
}
