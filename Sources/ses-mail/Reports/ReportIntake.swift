internal import JSON
internal import Text

/// What became of the reports that were found: which ones count, and why others do not.
struct ReportIntake {
    /// The domains that the deployment takes mail for; empty where they are not known.
    let ownDomains: [DNSName]
    /// The domain that was asked for, with what is below it; nil for all.
    let chosen: DNSName?
    /// Epoch seconds. A report counts if its time ends later.
    let since: Int
    /// The reporters of those that count.
    private(set) var organisations: Set<String> = []
    private(set) var count = 0
    private(set) var duplicateCount = 0
    /// Those about domains of others.
    private(set) var foreignCount = 0
    /// Those about an earlier time.
    private(set) var earlierCount = 0
    /// The mails to the address for reports that hold none.
    private(set) var otherMailCount = 0
    private(set) var refusals: [Refusal] = []
    private var seen: Set<Identity> = []

    /// A report, or a mail, that was not read.
    struct Refusal: Equatable {
        let messageID: String
        let fault: ReportFault
    }

    /// Equal for two copies of one report.
    private struct Identity: Hashable {
        let organisation: String
        let identifier: String
        let domains: [String]
    }

    init(ownDomains: [DNSName], chosen: DNSName?, since: Int) {
        self.ownDomains = ownDomains
        self.chosen = chosen
        self.since = since
    }

    /// The domains of a report that count, or none.
    /// - Parameters:
    ///   - domains: those that the report is about.
    ///   - mail: the one that it came in.
    mutating func take(
        _ head: ReportHead, about domains: [DNSName], in mail: ReportMail
    ) -> [DNSName] {
        // Where no rule names our domains, mail comes to ours only all the same.
        let own = ownDomains.isEmpty ? mail.recipientDomains : ownDomains
        let ours = domains.filter { domain in own.contains { domain.isWithin($0) } }
        guard !ours.isEmpty else {
            foreignCount += 1
            return []
        }
        let wanted = ours.filter { domain in chosen.map { domain.isWithin($0) } ?? true }
        guard !wanted.isEmpty else { return [] }
        guard head.end > since else {
            earlierCount += 1
            return []
        }
        let identity = Identity(
            organisation: head.organisation.asciiLowercased, identifier: head.identifier,
            domains: domains.map(\.text).sorted())
        guard seen.insert(identity).inserted else {
            duplicateCount += 1
            return []
        }
        count += 1
        organisations.insert(head.organisation)
        return wanted
    }

    /// Notes the mail's reports that cannot be read, or that it has none.
    mutating func note(_ mail: ReportMail) {
        refusals += mail.content.faults.map { Refusal(messageID: mail.messageID, fault: $0) }
        if mail.content.isEmpty { otherMailCount += 1 }
    }

    mutating func refuse(_ mail: ReportMail, _ reason: String) {
        refusals.append(Refusal(messageID: mail.messageID, fault: ReportFault(reason)))
    }

    /// `5 reports of 2 organisations; left out: one duplicate, 3 about other domains`
    var summary: String {
        let left = [
            (duplicateCount, duplicateCount.counted("duplicate")),
            (foreignCount, "\(foreignCount.grouped) about other domains"),
            (earlierCount, "\(earlierCount.grouped) about an earlier time"),
            (otherMailCount, "\(otherMailCount.counted("mail")) without a report"),
            (refusals.count, "\(refusals.count.grouped) that could not be read"),
        ].filter { $0.0 > 0 }.map(\.1)
        return "\(count.counted("report")) of "
            + organisations.count.counted("organisation")
            + (left.isEmpty ? "" : "; left out: \(left.joined(separator: ", "))") + "."
    }

    var members: [JSONValue.Member] {
        let columns: Columns<Refusal> = [
            .data("message_id", \.messageID), .data("reason", \.fault.reason),
        ]
        return [
            .init("report_count", count.json),
            .init("organisations", organisations.sorted().json),
            .init("duplicate_count", duplicateCount.json),
            .init("foreign_count", foreignCount.json),
            .init("earlier_count", earlierCount.json),
            .init("other_mail_count", otherMailCount.json),
            .init("not_read", columns.array(refusals)),
        ]
    }
}
