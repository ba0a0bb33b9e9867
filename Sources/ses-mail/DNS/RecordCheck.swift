/// Does DNS hold what is wanted under one name and type? Pure: from the answer to lines.
struct RecordCheck {
    let name: DNSName
    let type: RecordType
    let wanted: [WantedRecord]

    /// The wanted records of a domain, those of one name and type together, in their order.
    static func all(of records: [WantedRecord]) -> [RecordCheck] {
        var checks: [RecordCheck] = []
        for record in records
        where !checks.contains(where: { $0.name == record.name && $0.type == record.type }) {
            checks.append(
                RecordCheck(
                    name: record.name, type: record.type,
                    wanted: records.filter {
                        $0.name == record.name && $0.type == record.type
                    }))
        }
        return checks
    }

    func lines(_ answer: DNSAnswer) -> [DNSLine] {
        if case .unknown(let words) = answer {
            return wanted.map { line(.unknown, $0, "the resolver says: \(words)", []) }
        }
        switch type {
        case .mx: return exchanges(answer)
        case .txt: return wanted.flatMap { texts($0, answer) }
        case .cname, .a, .aaaa: return wanted.map { alias($0, answer) }
        }
    }

    private func exchanges(_ answer: DNSAnswer) -> [DNSLine] {
        let there = answer.values
        var lines = wanted.map { record in
            guard !there.contains(record.value) else {
                return line(.ok, record, record.value.text + way(answer), [])
            }
            let same = there.filter { $0.host == record.value.host }
            let state: DNSLine.State = same.isEmpty ? .missing : .different
            return line(
                state, record, same.isEmpty ? nothing(there) : "it is \(RecordCheck.list(same))",
                [.set(record)] + same.map { .remove(standing($0)) })
        }
        let strangers = there.filter { value in
            !wanted.contains { $0.value.host == value.host }
        }
        for value in strangers {
            // SES takes a MAIL FROM domain for broken that has another server beside its own
            // (https://docs.aws.amazon.com/ses/latest/dg/mail-from.html).
            let isMailFrom = wanted.allSatisfy {
                $0.value.host?.text.utf8.starts(with: "feedback-smtp.".utf8) == true
            }
            lines.append(
                DNSLine(
                    state: isMailFrom ? .conflicting : .odd, subject: type.text, name: name,
                    words: isMailFrom
                        ? "\(value.text) is there too: SES wants its own server alone"
                        : "\(value.text) is there too: what it takes does not come through here",
                    changes: [.remove(standing(value))]))
        }
        return lines
    }

    private func texts(_ record: WantedRecord, _ answer: DNSAnswer) -> [DNSLine] {
        guard let kind = PolicyText(of: record.value.text) else {
            let isThere = answer.values.contains(record.value)
            return [
                isThere
                    ? line(.ok, record, record.value.text + way(answer), [])
                    : line(.missing, record, nothing(answer.values), [.set(record)])
            ]
        }
        let there = answer.texts.filter { PolicyText(of: $0) == kind }
        let strangers = there.filter { !kind.isSame($0, record.value.text) }
        switch there.count {
        case 0:
            return [line(.missing, record, "there is no \(kind.name) record", [.set(record)])]
        case 1 where strangers.isEmpty:
            return [line(.ok, record, there[0] + way(answer), [])]
        case 1:
            let fault = kind.fault(there[0]).map { " (which is none: \($0))" } ?? ""
            return [
                line(
                    .different, record, "it is \(there[0])\(fault)\(way(answer))",
                    [.set(record), .remove(standing(.text(there[0])))])
            ]
        default:
            let isThere = strangers.count < there.count
            // Of several that say the same one stays.
            let doubles = there.filter { kind.isSame($0, record.value.text) }.dropFirst()
            let removals = (strangers + doubles).map { DNSLine.Change.remove(standing(.text($0))) }
            return [
                line(
                    .conflicting, record,
                    "there are \(there.count) \(kind.name) records, and so "
                        + kind.consequenceOfTwo,
                    (isThere ? [] : [.set(record)]) + removals)
            ]
        }
    }

    private func alias(_ record: WantedRecord, _ answer: DNSAnswer) -> DNSLine {
        if answer.values == [record.value] {
            return line(.ok, record, record.value.text, [])
        }
        return answer.values.isEmpty
            ? line(.missing, record, "there is none", [.set(record)])
            : line(
                .different, record, "it is \(RecordCheck.list(answer.values))",
                [.set(record)] + answer.values.map { .remove(standing($0)) })
    }

    /// A name with addresses where an alias is wanted.
    func flattened() -> [DNSLine] {
        wanted.map {
            line(
                .different, $0,
                "there is no CNAME, and an address: an alias of the DNS provider's own?",
                [.set($0)])
        }
    }

    private func line(
        _ state: DNSLine.State, _ record: WantedRecord, _ words: String,
        _ changes: [DNSLine.Change]
    ) -> DNSLine {
        DNSLine(
            state: state, subject: type.text, name: name, words: words, changes: changes)
    }

    private func nothing(_ values: [RecordValue]) -> String {
        values.isEmpty ? "there is none" : "there is only \(RecordCheck.list(values))"
    }

    private func way(_ answer: DNSAnswer) -> String {
        guard case .found(_, let aliases) = answer, let last = aliases.last else { return "" }
        return " (by way of \(last))"
    }

    private static func list(_ values: [RecordValue]) -> String {
        values.map(\.text).joined(separator: ", ")
    }

    /// What is there, as a record to name.
    private func standing(_ value: RecordValue) -> WantedRecord {
        WantedRecord(name: name, type: type, value: value, ttl: wanted.first?.ttl ?? 0)
    }
}

extension RecordValue {
    /// Of a mail exchange.
    fileprivate var host: DNSName? {
        if case .exchange(_, let host) = self { host } else { nil }
    }
}
