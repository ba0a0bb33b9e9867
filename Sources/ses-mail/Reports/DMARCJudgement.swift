/// Whether a domain may ask receivers to reject what fails DMARC.
struct DMARCJudgement {
    private let domain: DNSName
    private let standing: DMARCSummary.Standing
    private let span: ReportSpan
    /// The messages of our own sources, and those of ours that forwarders left as they were.
    private let ours: Int
    private let lost: Int

    init(_ domain: DNSName, _ standing: DMARCSummary.Standing, _ span: ReportSpan) {
        self.domain = domain
        self.standing = standing
        self.span = span
        let sources = standing.sources.values
        lost = sources.filter { $0.owner == .own }.reduce(0) { $0 + $1.unaligned }
        ours = sources.reduce(lost) { $0 + $1.aligned }
    }

    private var isReject: Bool { standing.policy?.isReject ?? false }

    /// - Parameter checking: the command that compares the records with those that are wanted.
    func verdict(checking: String) -> ReportVerdict {
        guard standing.reportCount > 0 else { return .unknown(domain, .dmarc, span) }
        guard ours > 0 else { return unused }
        if lost == 0 {
            let all = "\(ours.all("message")) of yours \(span.words) aligned\(others)"
            return isReject
                ? ReportVerdict(
                    domain: domain, severity: .ok, advice: "p=reject is in force, and \(all)")
                : ReportVerdict(
                    domain: domain, severity: .note, advice: "p=reject is safe: \(all)",
                    cure: "set dmarc_policy = \"reject\" in terraform.tfvars, and apply")
        }
        let opening = isReject ? "p=reject is in force, and" : "p=reject is not safe yet:"
        return ReportVerdict(
            domain: domain,
            severity: ReportVerdict.isUsual(lost, of: ours) ? .note : .warning,
            advice: "\(opening) \(lost.grouped) of \(ours.grouped) messages of yours "
                + "\(span.words) did not align\(worst)\(others)",
            cure: "have that source sign with DKIM for \(domain), and check the records with: "
                + checking)
    }

    /// The verdict where no message is known to be ours.
    private var unused: ReportVerdict {
        let none = "no message of yours was reported \(span.words)\(others)"
        return isReject
            ? ReportVerdict(
                domain: domain, severity: .ok, advice: "p=reject is in force, and \(none)")
            : ReportVerdict(
                domain: domain, severity: .note,
                advice: "p=reject is safe if nobody sends as \(domain): \(none)")
    }

    /// The own source with the most messages that did not align.
    private var worst: String {
        named(.own).map { ", most of them from \($0)" } ?? ""
    }

    /// What came from elsewhere, as the end of the sentence.
    private var others: String {
        var text = ""
        let changed = standing.sources.values.filter { $0.owner == .forwarder }
            .reduce(0) { $0 + $1.unaligned }
        if changed > 0, let name = named(.forwarder) {
            text += "; \(changed.grouped) more were changed on their way, most by \(name)"
        }
        let strangers = standing.sources.values.filter { $0.owner == .stranger }
        let count = strangers.reduce(0) { $0 + $1.messages }
        guard count > 0, let name = named(.stranger) else { return text }
        text +=
            strangers.count == 1
            ? "; \(count.grouped) came from \(name), which is not yours"
            : "; \(count.grouped) came from \(strangers.count.grouped) sources that are not yours, "
                + "most from \(name)"
        let isService = strangers.contains { $0.organisation != nil }
        return text + (isService ? " (unless you send through a service there)" : "")
    }

    /// The source with the most messages that did not align: its address, and its organisation.
    private func named(_ owner: DMARCSource.Owner) -> String? {
        let found = standing.sources.filter { $0.value.owner == owner }
            .max { ($0.value.unaligned, $1.key) < ($1.value.unaligned, $0.key) }
        return found.map { address, source in
            address + (source.organisation.map { " (\($0.shortened(to: 60)))" } ?? "")
        }
    }
}
