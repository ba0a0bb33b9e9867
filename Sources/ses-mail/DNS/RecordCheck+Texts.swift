/// TXT records: of most kinds a name may have one only, and people write them by hand.
extension RecordCheck {
    func texts(_ record: WantedRecord, _ answer: DNSAnswer) -> [DNSLine] {
        guard let kind = PolicyText(of: record.value.text) else {
            return [plain(record, answer)]
        }
        let policy = PolicyCheck(record: record, kind: kind, name: name, isDomain: isDomain)
        let there = answer.texts.filter { PolicyText(of: $0) == kind }
        let near = answer.texts.compactMap { text in
            NearPolicy(text).flatMap { $0.kind == kind ? (text: text, policy: $0) : nil }
        }
        guard !there.isEmpty else {
            return [near.isEmpty ? absent(policy, answer) : meant(policy, near, answer)]
        }
        let left = near.map { text, policy in
            line(
                .odd, record,
                "\(prefix(answer))there is also \(text), which is no \(kind.name) record: "
                    + policy.flaw,
                changes(answer, set: [record], remove: [.text(text)], keeps: true), advice(answer))
        }
        return [there.count == 1 ? one(policy, there[0], answer) : several(policy, there, answer)]
            + left
    }

    /// A text without a form of its own, such as a token.
    private func plain(_ record: WantedRecord, _ answer: DNSAnswer) -> DNSLine {
        if answer.values.contains(record.value) {
            return line(.ok, record, record.value.text + way(answer))
        }
        func bare(_ text: String) -> String {
            text.filter { !$0.isWhitespace && $0 != "\"" && $0 != "\\" }
        }
        let near = answer.texts.filter { bare($0) == bare(record.value.text) }
        guard near.isEmpty else {
            return line(
                .different, record,
                "\(prefix(answer))it is \(near[0]): its quotation marks, backslashes or blanks are "
                    + "part of the text",
                changes(answer, set: [record], remove: near.map { .text($0) }), advice(answer))
        }
        return line(
            .missing, record, absence(answer), changes(answer, set: [record], remove: []),
            advice(answer))
    }

    private func absent(_ policy: PolicyCheck, _ answer: DNSAnswer) -> DNSLine {
        let isOwn = !isDomain || answer.values.isEmpty
        return line(
            .missing, policy.record,
            // Beside a domain's own policies stand texts of all sorts.
            absence(isOwn ? answer : answer.withoutValues, policy.kind.name),
            changes(answer, set: [policy.record], remove: []), advice(answer))
    }

    /// Only texts that receivers do not take for the policy.
    private func meant(
        _ policy: PolicyCheck, _ near: [(text: String, policy: NearPolicy)], _ answer: DNSAnswer
    ) -> DNSLine {
        let replacement = policy.replacement(for: near.map(\.policy.repaired))
        return line(
            .different, policy.record,
            "\(prefix(answer))it is \(near[0].text), which is no \(policy.kind.name) record: "
                + near[0].policy.flaw,
            changes(
                answer, set: [replacement.record], remove: near.map { .text($0.text) }),
            replacement.advice ?? advice(answer))
    }

    private func one(_ policy: PolicyCheck, _ text: String, _ answer: DNSAnswer) -> DNSLine {
        let fault = policy.kind.fault(text)
        switch fault == nil ? policy.comparison(with: text) : .different {
        case .same: return line(.ok, policy.record, text + way(answer))
        case .more(let more):
            return line(
                .ok, policy.record,
                "\(text)\(way(answer)): more than was asked for, "
                    + more.joined(separator: " "),
                [], policy.settingsAdvice(for: text))
        case .different:
            let replacement = policy.replacement(for: [text])
            return line(
                .different, policy.record,
                "\(prefix(answer))it is \(text)\(fault.map { " (invalid: \($0))" } ?? "")",
                changes(answer, set: [replacement.record], remove: [.text(text)]),
                replacement.advice ?? advice(answer))
        }
    }

    private func several(
        _ policy: PolicyCheck, _ texts: [String], _ answer: DNSAnswer
    ) -> DNSLine {
        let replacement = policy.replacement(for: texts)
        // Of several that say what shall stand there one stays.
        let kept = texts.firstIndex { replacement.isSame($0) }
        let others = texts.indices.filter { $0 != kept }.map { RecordValue.text(texts[$0]) }
        return line(
            .conflicting, policy.record,
            "\(prefix(answer))there are \(texts.count) \(policy.kind.name) records, and so "
                + policy.kind.consequenceOfTwo,
            changes(answer, set: [replacement.record], remove: others, keeps: kept != nil),
            replacement.advice ?? advice(answer))
    }
}

extension DNSAnswer {
    fileprivate var withoutValues: DNSAnswer { .noRecord(aliases: aliases) }
}

/// A wanted policy, and what is to stand in the place of others.
struct PolicyCheck {
    let record: WantedRecord
    let kind: PolicyText
    let name: DNSName
    let isDomain: Bool

    struct Replacement {
        let record: WantedRecord
        let advice: String?
        fileprivate let check: PolicyCheck

        /// Whether a text says the same already.
        func isSame(_ text: String) -> Bool {
            PolicyCheck(
                record: record, kind: check.kind, name: check.name, isDomain: check.isDomain
            ).comparison(with: text) == .same
        }
    }

    func comparison(with text: String) -> PolicyComparison {
        guard kind == .spf else {
            return PolicyTags(text).comparison(with: PolicyTags(record.value.text), kind)
        }
        // What cannot be read was judged before.
        guard let merge, let there = try? SPFRecord(text) else {
            return text == record.value.text ? .same : .different
        }
        return merge.comparison(with: there)
    }

    /// What says the wanted, and takes nobody's sender away.
    func replacement(for texts: [String]) -> Replacement {
        guard kind == .spf, let merge else {
            return Replacement(record: record, advice: nil, check: self)
        }
        let records = texts.map { SPFRecord(readable: $0) }
        let merged = WantedRecord(
            name: record.name, type: record.type, value: .text(merge.text(joining: records)),
            ttl: record.ttl)
        return Replacement(
            record: merged,
            advice: settingsAdvice(for: merge.others(in: records)), check: self)
    }

    /// How Terraform is made to want the senders too that somebody has put in.
    func settingsAdvice(for text: String) -> String? {
        merge.flatMap { settingsAdvice(for: $0.others(in: [SPFRecord(readable: text)])) }
    }

    private func settingsAdvice(for others: [SPFTerm]) -> String? {
        guard kind == .spf, isDomain, let merge, !others.isEmpty else { return nil }
        let (lines, left) = merge.settings(for: others)
        var sentences: [String] = []
        if !lines.isEmpty {
            sentences.append(
                "have Terraform want the other senders too: \(lines.joined(separator: ", "))")
        }
        if !left.isEmpty {
            sentences.append(
                "Terraform has no variable for \(left.joined(separator: " ")): keep that by hand")
        }
        return sentences.joined(separator: "; ")
    }

    private var merge: SPFMerge? {
        kind == .spf ? SPFMerge(record.value.text, at: name) : nil
    }
}
