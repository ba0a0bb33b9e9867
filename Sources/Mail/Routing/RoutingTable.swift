package import JSON
internal import Text

/// The rows that may decide a mail, as they were found in the table.
package struct RoutingTable {
    private var rules: [RoutingKey: RoutingRule] = [:]
    private var patterns: [RoutingKey: Result<PatternList, RoutingRule.Problem>] = [:]
    private var verdicts: [RoutingKey: SenderVerdict] = [:]
    /// The keys of senders' rows that could not be read, and were left out.
    package private(set) var unreadableSenders: [String] = []

    /// A row of the table: its partition key, and its attributes as plain JSON.
    package typealias Row = (pk: String, attributes: JSONValue)

    package init(_ rows: [Row]) {
        for row in rows {
            let key = RoutingKey(pk: row.pk)
            if row.pk.hasPrefix(ignoringASCIICase: "ROUTE#") {
                rules[key] = RoutingRule(pk: row.pk, attributes: row.attributes)
            } else if row.pk.hasPrefix(ignoringASCIICase: PatternList.keyPrefix) {
                patterns[key] = Result { () throws(RoutingRule.Problem) in
                    try PatternList(pk: row.pk, attributes: row.attributes)
                }
            } else if let verdict = SenderVerdict(row.attributes) {
                verdicts[key] = verdict
            } else {
                unreadableSenders.append(row.pk)
            }
        }
    }

    /// The keys of all rows that may decide the mail, each once.
    package static func keys(
        for mail: RoutedMail, junkDelivery: JunkDelivery = .store
    ) -> [String] {
        var keys: [String] = []
        // Junk that is only stored needs no rules, unless its sender may be allowed.
        let isStored = mail.junkReason != nil && junkDelivery == .store
        if !isStored || mail.senders.lookedUp.contains(where: \.isProved) {
            keys += mail.recipients.flatMap(RoutingKey.candidates).map(\.pk)
            keys += mail.recipients.compactMap(RoutingTable.patternsKey)
        }
        keys += mail.senders.lookedUp.flatMap { $0.address.senderKeys.map(\.key) }
        var seen = Set<RoutingKey>(minimumCapacity: keys.count)
        return keys.filter { seen.insert(RoutingKey(pk: $0)).inserted }
    }

    private static func patternsKey(for recipient: String) -> String? {
        let key = EmailAddress(recipient).map { "\(PatternList.keyPrefix)\($0.domain)" }
        return key.flatMap { $0.utf8.count <= RoutingKey.maximumBytes ? $0 : nil }
    }

    /// The first enabled rule that matches, and whether it is for other addresses too.
    /// - Throws: if the domain's patterns come next and cannot be read.
    func rule(
        for recipient: String
    ) throws(RoutingFailure) -> (rule: RoutingRule, isWildcard: Bool)? {
        let candidates = RoutingKey.candidates(for: recipient)
        func first(isWildcard: Bool) -> RoutingRule? {
            candidates.lazy.filter { $0.isWildcard == isWildcard }.compactMap { rules[$0] }
                .first { $0.isEnabled }
        }
        if let rule = first(isWildcard: false) { return (rule, false) }
        if let address = EmailAddress(recipient), let pk = RoutingTable.patternsKey(for: recipient),
            let found = patterns[RoutingKey(pk: pk)]
        {
            switch found {
            case .success(let list):
                let rule = list.candidates(for: address).first(where: \.isEnabled)
                if let rule { return (rule, true) }
            case .failure(let problem): throw .wrongRule(pk, problem)
            }
        }
        return first(isWildcard: true).map { ($0, true) }
    }

    /// The verdict of the table on the mail's senders, all together; nil if no row names one.
    ///
    /// The most specific row of each address counts. A blocked sender wins over an allowed one,
    /// except that the block of a domain gives way to an allowed address. An allowed sender must be
    /// proved, or anybody could use the name.
    func verdict(on senders: MailSenders) -> SenderVerdict? {
        var found: [(verdict: SenderVerdict, isDomain: Bool)] = []
        for sender in senders.lookedUp {
            for (key, scope) in sender.address.senderKeys {
                guard let verdict = verdicts[RoutingKey(pk: key)], verdict.isEnabled,
                    verdict.kind == .block || sender.isProved && scope != .addressWithTags
                else { continue }
                found.append((verdict, scope == .domain))
                break
            }
        }
        let blocks = found.filter { $0.verdict.kind == .block }
        let isExactlyAllowed = found.contains { $0.verdict.kind == .allow && !$0.isDomain }
        if let block = blocks.first(where: { !$0.isDomain || !isExactlyAllowed }) {
            return block.verdict
        }
        return found.first { $0.verdict.kind == .allow }?.verdict
    }
}
