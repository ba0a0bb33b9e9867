/// The comparison of the wanted records of one name and type with an answer. Pure.
struct RecordCheck {
    let name: DNSName
    let type: RecordType
    let wanted: [WantedRecord]
    /// Whether Terraform's variables for SPF make the record of this name.
    let isDomain: Bool

    /// The wanted records of a domain, those of one name and type together, in their order.
    static func all(of domain: WantedRecords.Domain) -> [RecordCheck] {
        var checks: [RecordCheck] = []
        for record in domain.records
        where !checks.contains(where: { $0.name == record.name && $0.type == record.type }) {
            checks.append(
                RecordCheck(
                    name: record.name, type: record.type,
                    wanted: domain.records.filter {
                        $0.name == record.name && $0.type == record.type
                    }, isDomain: record.name == domain.name))
        }
        return checks
    }

    func lines(_ answer: DNSAnswer) -> [DNSLine] {
        if case .unknown(let words) = answer {
            return wanted.map { line(.unknown, $0, "the DNS server could not tell: \(words)") }
        }
        switch type {
        case .mx: return exchanges(answer)
        case .txt: return wanted.flatMap { texts($0, answer) }
        case .cname, .a, .aaaa, .caa: return wanted.map { alias($0, answer) }
        }
    }

    private func exchanges(_ answer: DNSAnswer) -> [DNSLine] {
        let there = answer.values
        var lines = wanted.map { record in
            guard !there.contains(record.value) else {
                return line(.ok, record, record.value.text + way(answer))
            }
            let same = there.filter { $0.host == record.value.host }
            return line(
                same.isEmpty ? .missing : .different, record,
                same.isEmpty
                    ? absence(answer) : "\(prefix(answer))it is \(RecordCheck.list(same))",
                changes(answer, set: [record], remove: same), advice(answer))
        }
        let strangers = there.filter { value in
            !wanted.contains { $0.value.host == value.host }
        }
        for value in strangers {
            // SES rejects a MAIL FROM domain that has another server beside its own
            // (https://docs.aws.amazon.com/ses/latest/dg/mail-from.html).
            let isMailFrom = wanted.allSatisfy {
                $0.value.host?.text.utf8.starts(with: "feedback-smtp.".utf8) == true
            }
            lines.append(
                DNSLine(
                    state: isMailFrom ? .conflicting : .odd, subject: type.text, name: name,
                    words: "extra MX \(value.text): "
                        + (isMailFrom
                            ? "SES accepts no other server beside its own"
                            : "mail delivered there bypasses ses-mail") + way(answer),
                    changes: changes(answer, set: wanted, remove: [value], keeps: true),
                    advice: advice(answer)))
        }
        return lines
    }

    /// - Parameter answer: of the name's CNAME.
    private func alias(_ record: WantedRecord, _ answer: DNSAnswer) -> DNSLine {
        let strangers = answer.values.filter { $0 != record.value }
        if answer.values.contains(record.value) {
            return strangers.isEmpty
                ? line(.ok, record, record.value.text)
                : line(
                    .conflicting, record,
                    "there is a second CNAME, \(RecordCheck.list(strangers)): a name may have one",
                    changes(answer, set: [], remove: strangers))
        }
        return strangers.isEmpty
            ? line(.missing, record, absence(answer), [.set(record)])
            : line(
                .different, record, "it is \(RecordCheck.list(strangers))",
                changes(answer, set: [record], remove: strangers))
    }

    /// The conflict of a CNAME with other records of its name.
    static func beside(_ alias: DNSName, at name: DNSName, _ record: WantedRecord) -> DNSLine {
        DNSLine(
            state: .conflicting, subject: RecordType.cname.text, name: name,
            words: "an alias of \(alias) stands beside other records (RFC 1034 §3.6.2): some "
                + "receivers see those, others what is at \(alias)",
            changes: [
                .remove(
                    WantedRecord(name: name, type: .cname, value: .alias(alias), ttl: record.ttl))
            ])
    }
}

// MARK: The parts of a line
extension RecordCheck {
    func line(
        _ state: DNSLine.State, _ record: WantedRecord, _ words: String,
        _ changes: [DNSLine.Change] = [], _ advice: String? = nil
    ) -> DNSLine {
        DNSLine(
            state: state, subject: type.text, name: name, words: words, changes: changes,
            advice: advice)
    }

    /// The changes that give the name its wanted records. No record may stand beside an alias, so
    /// an alias that leads elsewhere has to be removed.
    /// - Parameter keeps: whether the records to set exist already, unless there is an alias.
    func changes(
        _ answer: DNSAnswer, set records: [WantedRecord], remove values: [RecordValue],
        keeps: Bool = false
    ) -> [DNSLine.Change] {
        if let alias = answer.aliases.first {
            return [.remove(standing(.alias(alias), type: .cname))] + records.map { .set($0) }
        }
        return (keeps ? [] : records.map { .set($0) }) + values.map { .remove(standing($0)) }
    }

    /// The other possible change where the name is an alias.
    func advice(_ answer: DNSAnswer) -> String? {
        answer.aliases.last.map { "or change \($0) instead, if it is yours" }
    }

    /// The reason why there is no record.
    /// - Parameter kind: the kind of record, if it is more than the type.
    func absence(_ answer: DNSAnswer, _ kind: String? = nil) -> String {
        let alias = answer.aliases.last.map { "it is an alias of \($0), which " }
        if case .noName = answer { return "\(alias ?? "the name ")does not exist" }
        let others = RecordCheck.list(answer.values)
        if kind == nil, !others.isEmpty {
            return "\(alias.map { $0 + "has " } ?? "it is not there, ")only \(others)"
        }
        return (alias.map { $0 + "has " } ?? "there is ") + "no \(kind ?? type.text) record"
            + (others.isEmpty ? "" : ", only \(others)")
    }

    /// The beginning of a sentence about records that an alias leads to.
    func prefix(_ answer: DNSAnswer) -> String {
        answer.aliases.last.map { "it is an alias of \($0), and there " } ?? ""
    }

    func way(_ answer: DNSAnswer) -> String {
        answer.aliases.last.map { " (through \($0))" } ?? ""
    }

    static func list(_ values: [RecordValue]) -> String {
        values.map(\.text).joined(separator: ", ")
    }

    /// An existing value as a record.
    private func standing(_ value: RecordValue, type: RecordType? = nil) -> WantedRecord {
        WantedRecord(name: name, type: type ?? self.type, value: value, ttl: wanted.first?.ttl ?? 0)
    }
}

extension RecordValue {
    /// The host of a mail exchange.
    fileprivate var host: DNSName? {
        if case .exchange(_, let host) = self { host } else { nil }
    }
}
