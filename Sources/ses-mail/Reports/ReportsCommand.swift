internal import ArgumentParser
internal import JSON

/// The commands about the reports that others send on our mail.
struct ReportsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reports", abstract: "Add up DMARC and TLS reports, and advise.",
        subcommands: [ReportsDMARC.self, ReportsTLS.self])
}

/// Adds up the stored DMARC reports.
struct ReportsDMARC: ListCommand {
    static let configuration = CommandConfiguration(
        commandName: "dmarc",
        abstract: "Add up the stored DMARC reports, and say whether p=reject is safe.",
        discussion: """
            Reads the reports that are stored for dmarc@ each domain (XML, in gzip, in zip or \
            plain), and prints each address that sent under your name, how many of its messages \
            aligned by DKIM or SPF, and what receivers did with them. ORGANISATION is the domain \
            for which DKIM or SPF passed. WHOSE is own for SES and for addresses that pass SPF for \
            your domain, forwarder for those that hand on what you signed, else stranger. The exit \
            status is 2 where more than one of a hundred messages of yours did not align. Only \
            stored mail is read: a rule that forwards dmarc@ has to keep the copy.
            """)

    @OptionGroup var choice: ReportChoice
    @OptionGroup var list: ListOptions
    @OptionGroup var options: CommonOptions

    func run(_ deployment: Deployment, _ output: Output) throws {
        let desk = try ReportDesk(deployment, choice)
        var summary = DMARCSummary(desk.intake)
        try desk.search(.dmarc).run { summary.add($0) }
        try desk.print(
            summary.rows, DMARCSummary.Row.columns, of: summary.intake,
            verdicts: summary.verdicts(desk.span, checking: desk.checking), to: output)
    }
}

/// Adds up the stored TLS reports.
struct ReportsTLS: ListCommand {
    static let configuration = CommandConfiguration(
        commandName: "tls",
        abstract: "Add up the stored TLS reports, and say whether MTA-STS may be enforced.",
        discussion: """
            Reads the reports that are stored for tlsrpt@ each domain (JSON, in gzip or plain), \
            and prints for each organisation that sent you mail how many of its sessions were \
            encrypted as your policy says, and why others were not. The exit status is 2 where \
            more than one of a hundred sessions under an MTA-STS policy failed. Only stored mail \
            is read: a rule that forwards tlsrpt@ has to keep the copy.
            """)

    @OptionGroup var choice: ReportChoice
    @OptionGroup var list: ListOptions
    @OptionGroup var options: CommonOptions

    func run(_ deployment: Deployment, _ output: Output) throws {
        let desk = try ReportDesk(deployment, choice)
        var summary = TLSSummary(desk.intake)
        try desk.search(.tls).run { summary.add($0) }
        try desk.print(
            summary.rows, TLSSummary.Row.columns, of: summary.intake,
            verdicts: summary.verdicts(desk.span, checking: desk.checking), to: output)
    }
}

/// The options that choose reports.
struct ReportChoice: ParsableArguments {
    @Option(help: "Only reports about this domain, and about those below it.") var domain: String?
    @Option(help: "Only reports about the time since then. Default: 30d. \(Since.helpText)")
    var since: Since?

    func validate() throws {
        if let domain, !DNSName(domain).isAskable {
            throw ValidationError("--domain takes a domain, and \(domain.printable) is none.")
        }
    }
}
