internal import AWS
internal import ArgumentParser

/// Lists the stored mail.
struct MailList: ListCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the stored mail, newest first, and why it is stored.",
        discussion: """
            States: stored (by a rule), junk (spam, a virus, or DMARC failed), refused (by Gmail \
            for good), bounced, waiting (not routed or not imported yet). Recipients and reasons \
            are those of the routing log while it is kept (30 days); after that, those of the \
            ledger and of the mail's header. VERDICTS shows SES's verdicts other than PASS and \
            GRAY. Only the headers are read.
            """)

    @OptionGroup var filter: MailFilter
    @OptionGroup var list: ListOptions
    @OptionGroup var options: CommonOptions

    func run(_ deployment: Deployment, _ output: Output) throws {
        Output.progress("listing the stored mail …")
        let search = HeldMailSearch(bucket: try MailBucket(deployment), filter: filter)
        var stream = RowStream(output, HeldMail.columns)
        try search.run { mails in
            stream.print(mails)
            return true
        }
        stream.end()
        guard output.format == .text else { return }
        if stream.count == 0 { output.line("No stored mail was found.") }
        deployment.heldPageLine.map(output.line)
    }
}
