internal import AWS
internal import JSON

/// What the two commands, and `doctor`, do alike.
struct ReportDesk {
    let intake: ReportIntake
    let span: ReportSpan
    private let deployment: Deployment
    private let bucket: MailBucket

    init(_ deployment: Deployment, _ choice: ReportChoice) throws {
        let domain = choice.domain.map { DNSName($0) }
        try self.init(deployment, domain: domain, since: choice.since ?? .days(30))
    }

    /// - Parameter domain: nil for every domain of the deployment.
    init(_ deployment: Deployment, domain: DNSName? = nil, since: Since) throws {
        self.deployment = deployment
        Output.progress("looking up the domains …")
        let rule = try SES(deployment.session).activeRuleSet()?.rules
            .first { $0.name == deployment.receiptRuleName }
        let domains = (rule?.domains ?? []).map { DNSName($0) }
        if let domain, !domains.isEmpty, !domains.contains(where: domain.isWithin) {
            throw Failure(
                .notFound,
                "\(deployment) takes no mail for \(domain). Its domains: "
                    + domains.map(\.text).joined(separator: ", ") + ".")
        }
        intake = ReportIntake(ownDomains: domains, chosen: domain, since: since.epochSeconds)
        span = ReportSpan(since: since)
        bucket = try MailBucket(deployment)
    }

    /// The command that compares the records with those that are wanted.
    var checking: String { deployment.command("dns check") }

    func search(_ kinds: ReportKind...) -> ReportSearch {
        Output.progress("listing the stored mail …")
        return ReportSearch(bucket: bucket, kinds: kinds, since: span.since)
    }

    /// Prints the rows and what follows from them, and ends with the status for findings where a
    /// verdict is one.
    func print<Row>(
        _ rows: [Row], _ columns: Columns<Row>, of intake: ReportIntake,
        verdicts: [ReportVerdict], to output: Output
    ) throws {
        switch output.format {
        case .tsv: output.list(rows, columns)
        case .json:
            output.json(
                .object(
                    [
                        .init("verdicts", ReportVerdict.columns.array(verdicts)),
                        .init("sources", columns.array(rows)),
                    ] + intake.members))
        case .text:
            show(rows, columns, output)
            output.table(
                verdicts.map { ["\($0.severity)", $0.domain.text, $0.advice] },
                severities: verdicts.map(\.severity),
                details: verdicts.map { verdict in verdict.cure.map { ["→ \($0)"] } ?? [] })
            output.line(intake.summary)
            for refusal in intake.refusals {
                output.line("  \(refusal.messageID): \(refusal.fault.reason)".printable)
            }
        }
        try Severity.conclude(verdicts.map(\.severity))
    }

    /// So many rows are shown to a person, who looks for the conclusion below them.
    private static let shownRows = 50

    private func show<Row>(_ rows: [Row], _ columns: Columns<Row>, _ output: Output) {
        guard !rows.isEmpty else { return }
        output.table(Array(rows.prefix(Self.shownRows)), columns)
        let more = rows.count - Self.shownRows
        if more > 0 { output.line("… and \(more.grouped) more rows: --tsv and --json print all.") }
        output.line("")
    }
}
