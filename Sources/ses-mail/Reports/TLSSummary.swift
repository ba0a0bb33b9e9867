internal import JSON

/// All TLS reports that count, added up by domain and reporter.
struct TLSSummary {
    /// The sessions of one reporter to one domain.
    struct Source: Equatable {
        fileprivate(set) var types: Set<String> = []
        fileprivate(set) var succeeded = 0
        fileprivate(set) var failed = 0
        fileprivate(set) var failures: [String: Int] = [:]
    }

    /// What the reports show of one domain.
    struct Standing: Equatable {
        fileprivate(set) var sources: [String: Source] = [:]
        fileprivate(set) var reportCount = 0
        /// The mode in the report about the latest time that has one.
        fileprivate(set) var mode: String?
        fileprivate var modeEnd = Int.min
        /// The sessions of senders that found an MTA-STS policy.
        fileprivate(set) var underPolicy = Source()
        /// The sessions of the others.
        fileprivate(set) var otherCount = 0
    }

    /// A reporter of one domain: a row of the list.
    struct Row: Equatable {
        let domain: DNSName
        let organisation: String
        let source: Source

        static var columns: Columns<Row> {
            [
                Column("DOMAIN", "domain", \.domain.text),
                Column("ORGANISATION", "organisation", \.organisation) {
                    $0.organisation.shortened(to: 36)
                },
                Column("POLICY", "policy_types", { $0.source.types.sorted() }) {
                    $0.source.types.sorted().joined(separator: ", ").shortened(to: 40)
                },
                Column("SUCCEEDED", "succeeded_count", \.source.succeeded) {
                    $0.source.succeeded.grouped
                },
                Column("FAILED", "failed_count", \.source.failed) { $0.source.failed.grouped },
                Column("FAILURES", "failures", \.source.failureList) {
                    $0.source.failureTexts.joined(separator: ", ").shortened(to: 80)
                },
            ]
        }
    }

    private(set) var intake: ReportIntake
    private(set) var standings: [DNSName: Standing]

    init(_ intake: ReportIntake) {
        self.intake = intake
        let domains = intake.chosen.map { [$0] } ?? intake.ownDomains
        standings = Dictionary(domains.map { ($0, Standing()) }, uniquingKeysWith: { $1 })
    }

    mutating func add(_ mail: ReportMail) {
        intake.note(mail)
        for case .tls(let report) in mail.content.reports {
            let domains = intake.take(report.head, about: report.policies.map(\.domain), in: mail)
            for domain in Set(domains) {
                standings[domain, default: Standing()].reportCount += 1
                for policy in report.policies where policy.domain == domain {
                    standings[domain]?.add(policy, report.head)
                }
            }
        }
    }

    var rows: [Row] {
        standings.sorted { $0.key.text < $1.key.text }.flatMap { domain, standing in
            standing.sources.map { Row(domain: domain, organisation: $0.key, source: $0.value) }
                .sorted {
                    ($1.source.failed, $0.organisation) < ($0.source.failed, $1.organisation)
                }
        }
    }

    func verdicts(_ span: ReportSpan, checking: String) -> [ReportVerdict] {
        standings.sorted { $0.key.text < $1.key.text }.map { domain, standing in
            standing.verdict(of: domain, span, checking: checking)
        }
    }
}

extension TLSSummary.Source {
    /// So many kinds are kept; the standard has twelve.
    private static let kindLimit = 50

    /// The kinds of failures and their numbers, the most frequent first.
    private var sortedFailures: [(kind: String, count: Int)] {
        failures.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            .map { ($0.key, $0.value) }
    }

    fileprivate var failureList: JSONValue {
        .array(
            sortedFailures.map { ["result_type": $0.kind.json, "session_count": $0.count.json] })
    }

    /// `certificate-expired 3`
    fileprivate var failureTexts: [String] {
        sortedFailures.map { "\($0.kind.shortened(to: 60)) \($0.count.grouped)" }
    }

    fileprivate mutating func add(_ policy: TLSReport.Policy) {
        if types.count < Self.kindLimit { types.insert(policy.type) }
        succeeded += policy.succeeded
        failed += policy.failed
        for (kind, count) in policy.failures
        where failures[kind] != nil || failures.count < Self.kindLimit {
            failures[kind, default: 0] += count
        }
    }
}

extension TLSSummary.Standing {
    fileprivate mutating func add(_ policy: TLSReport.Policy, _ head: ReportHead) {
        sources[head.organisation, default: TLSSummary.Source()].add(policy)
        guard policy.type == "sts" else {
            otherCount += policy.succeeded + policy.failed
            return
        }
        underPolicy.add(policy)
        if let mode = policy.mode, head.end >= modeEnd {
            self.mode = mode
            modeEnd = head.end
        }
    }

    /// Whether senders may be made to refuse to send without encryption.
    fileprivate func verdict(
        of domain: DNSName, _ span: ReportSpan, checking: String
    ) -> ReportVerdict {
        let isEnforced = mode == "enforce"
        let count = underPolicy.succeeded + underPolicy.failed
        guard reportCount > 0 else { return .unknown(domain, .tls, span) }
        guard count > 0 else {
            return ReportVerdict(
                domain: domain, severity: .note,
                advice: "no sender found an MTA-STS policy \(span.words), in "
                    + "\(otherCount.grouped) sessions")
        }
        if underPolicy.failed == 0 {
            let all = "\(count.all("session")) \(span.words) succeeded"
            return isEnforced
                ? ReportVerdict(
                    domain: domain, severity: .ok, advice: "MTA-STS is enforced, and \(all)")
                : ReportVerdict(
                    domain: domain, severity: .note,
                    advice: "MTA-STS may go to enforce: \(all)",
                    cure: "set mta_sts_mode = \"enforce\" in terraform.tfvars, and apply")
        }
        let opening = isEnforced ? "MTA-STS is enforced, and" : "MTA-STS is to stay in testing:"
        let kinds = underPolicy.failureTexts.prefix(3).joined(separator: ", ")
        return ReportVerdict(
            domain: domain,
            severity: ReportVerdict.isUsual(underPolicy.failed, of: count) ? .note : .warning,
            advice: "\(opening) \(underPolicy.failed.grouped) of "
                + "\(count.grouped) sessions \(span.words) failed"
                + (kinds.isEmpty ? "" : " (\(kinds))"),
            cure: "compare the policy and the records with: \(checking)")
    }
}
