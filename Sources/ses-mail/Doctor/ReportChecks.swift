/// The conclusions from the reports of other mail servers, as `reports dmarc` and `reports tls`
/// print them.
enum ReportChecks {
    private static let days = 30

    static func group(_ deployment: Deployment) -> CheckGroup {
        CheckGroup(
            title: "Reports",
            checks: [Check(each: "reports") { try findings(deployment) }])
    }

    private static func findings(_ deployment: Deployment) throws -> [Check.Finding] {
        let desk = try ReportDesk(deployment, since: .days(days))
        var dmarc = DMARCSummary(desk.intake)
        var tls = TLSSummary(desk.intake)
        try desk.search(.dmarc, .tls).run { mail in
            dmarc.add(mail)
            tls.add(mail)
        }
        return findings("DMARC reports", .dmarc, dmarc.verdicts(desk.span, checking: desk.checking))
            + findings("TLS reports", .tls, tls.verdicts(desk.span, checking: desk.checking))
    }

    /// One finding for each domain with reports, and one for all others together.
    static func findings(
        _ title: String, _ kind: ReportKind, _ verdicts: [ReportVerdict]
    ) -> [Check.Finding] {
        let silent = verdicts.filter { !$0.isKnown }.map(\.domain.text)
        let names = silent.isEmpty ? "" : " about \(silent.joined(separator: ", "))"
        let nothing =
            silent.isEmpty && !verdicts.isEmpty
            ? []
            : [Check.Finding(title, .note("none came to \(kind.mailbox)@ in \(days) days\(names)"))]
        return verdicts.filter(\.isKnown).map {
            Check.Finding("\(title) on \($0.domain)", $0.diagnosis)
        } + nothing
    }
}
