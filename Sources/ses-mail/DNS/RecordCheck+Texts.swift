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
                "\(prefix(answer))there is also \(text), which is not a valid \(kind.name) record: "
                    + policy.flaw,
                changes(answer, set: [record], remove: [.text(text)], keeps: true), advice(answer))
        }
        return [there.count == 1 ? one(policy, there[0], answer) : several(policy, there, answer)]
            + left
    }

    /// A text without a format, such as a token.
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
            // A domain has other texts beside its policies.
            absence(isOwn ? answer : answer.withoutValues, policy.kind.name),
            changes(answer, set: [policy.record], remove: []), advice(answer))
    }

    /// The line where only texts exist that receivers do not recognize as the policy.
    private func meant(
        _ policy: PolicyCheck, _ near: [(text: String, policy: NearPolicy)], _ answer: DNSAnswer
    ) -> DNSLine {
        let replacement = policy.replacement(for: near.map(\.policy.repaired))
        return line(
            .different, policy.record,
            "\(prefix(answer))it is \(near[0].text), which is not a valid \(policy.kind.name) "
                + "record: "
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
                "\(text)\(way(answer)), which has more than is wanted: "
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
        // One of several correct records stays.
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

/// A wanted policy, and the record that replaces others.
struct PolicyCheck {
    let record: WantedRecord
    let kind: PolicyText
    let name: DNSName
    let isDomain: Bool

    struct Replacement {
        let record: WantedRecord
        let advice: String?
        fileprivate let check: PolicyCheck

        /// Whether a text has the same meaning already.
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
        // A text that cannot be read was reported before.
        guard let merge, let there = try? SPFRecord(text) else {
            return text == record.value.text ? .same : .different
        }
        return merge.comparison(with: there)
    }

    /// The record that has the wanted meaning, and keeps all present senders.
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

    /// The settings with which Terraform wants the other senders too.
    func settingsAdvice(for text: String) -> String? {
        merge.flatMap { settingsAdvice(for: $0.others(in: [SPFRecord(readable: text)])) }
    }

    private func settingsAdvice(for others: [SPFTerm]) -> String? {
        guard kind == .spf, isDomain, let merge, !others.isEmpty else { return nil }
        let settings = merge.settings(for: others)
        let (lines, left) = (settings.lines, settings.left)
        var sentences: [String] = []
        if !lines.isEmpty {
            sentences.append(
                "add the other senders to Terraform: \(lines.joined(separator: ", "))")
        }
        if !left.isEmpty {
            sentences.append(
                "Terraform has no variable for \(left.joined(separator: " ")): add it by hand")
        }
        return sentences.joined(separator: "; ")
    }

    private var merge: SPFMerge? {
        kind == .spf ? SPFMerge(record.value.text, at: name) : nil
    }
}
