internal import JSON

/// All DMARC reports that count, added up by domain and source.
struct DMARCSummary {
    /// What the reports show of one domain.
    struct Standing: Equatable {
        fileprivate(set) var sources: [String: DMARCSource] = [:]
        fileprivate(set) var reportCount = 0
        /// The policy in the report about the latest time.
        fileprivate(set) var policy: DMARCPolicy?
        fileprivate var policyEnd = Int.min
    }

    /// A source of one domain: a row of the list.
    struct Row: Equatable {
        let domain: DNSName
        let address: String
        let source: DMARCSource

        static var columns: Columns<Row> {
            [
                Column("DOMAIN", "domain", \.domain.text),
                Column("SOURCE", "source_ip", \.address),
                Column("ORGANISATION", "organisation", \.source.organisation) {
                    ($0.source.organisation ?? "").shortened(to: 36)
                },
                Column("WHOSE", "owner", \.source.owner.rawValue),
                Column("MESSAGES", "message_count", \.source.messages) {
                    $0.source.messages.grouped
                },
                Column("ALIGNED", "aligned_count", \.source.aligned) {
                    $0.source.aligned.grouped
                },
                Column("DKIM", "dkim_aligned_count", \.source.alignedByDKIM) {
                    $0.source.alignedByDKIM.grouped
                },
                Column("SPF", "spf_aligned_count", \.source.alignedBySPF) {
                    $0.source.alignedBySPF.grouped
                },
                .data("quarantined_count", \.source.quarantined),
                .data("rejected_count", \.source.rejected),
                .shown("DISPOSITION", \.source.disposition),
            ]
        }
    }

    private(set) var intake: ReportIntake
    private(set) var standings: [DNSName: Standing]
    private var sourceCount = 0

    init(_ intake: ReportIntake) {
        self.intake = intake
        let domains = intake.chosen.map { [$0] } ?? intake.ownDomains
        standings = Dictionary(domains.map { ($0, Standing()) }, uniquingKeysWith: { $1 })
    }

    mutating func add(_ mail: ReportMail) {
        intake.note(mail)
        for case .dmarc(let report) in mail.content.reports {
            guard sourceCount + report.sources.count <= ReportLimits.sources else {
                intake.refuse(
                    mail, "with it there would be more than \(ReportLimits.sources.grouped) sources"
                )
                continue
            }
            for domain in intake.take(report.head, about: [report.domain], in: mail) {
                add(report, to: domain)
            }
        }
    }

    private mutating func add(_ report: DMARCReport, to domain: DNSName) {
        var standing = standings[domain] ?? Standing()
        // The dictionary is not to be copied for each source.
        standings[domain] = nil
        sourceCount -= standing.sources.count
        standing.reportCount += 1
        if report.head.end >= standing.policyEnd {
            standing.policy = report.policy
            standing.policyEnd = report.head.end
        }
        for (address, source) in report.sources {
            standing.sources[address, default: DMARCSource()].add(source)
        }
        sourceCount += standing.sources.count
        standings[domain] = standing
    }

    /// By domain; what did not align comes first.
    var rows: [Row] {
        standings.sorted { $0.key.text < $1.key.text }.flatMap { domain, standing in
            standing.sources.map { Row(domain: domain, address: $0.key, source: $0.value) }
                .sorted { first, second in
                    let (one, two) = (first.source, second.source)
                    return (-one.unaligned, -one.messages, first.address)
                        < (-two.unaligned, -two.messages, second.address)
                }
        }
    }

    func verdicts(_ span: ReportSpan, checking: String) -> [ReportVerdict] {
        standings.sorted { $0.key.text < $1.key.text }.map { domain, standing in
            DMARCJudgement(domain, standing, span).verdict(checking: checking)
        }
    }
}
