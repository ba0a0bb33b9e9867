/// A name with other records in place of the alias that is wanted: some DNS providers publish the
/// records of the alias's target instead.
struct Flattening {
    let check: RecordCheck
    let ask: (DNSName, RecordType) throws -> DNSAnswer

    /// nil if the name has no such records.
    func lines() throws -> [DNSLine]? {
        let texts = try ask(check.name, .txt).texts
        let key = texts.lazy.compactMap(Flattening.key).first
        let addresses = key == nil ? try ask(check.name, .a).values : []
        guard !texts.isEmpty || !addresses.isEmpty else { return nil }
        return try check.wanted.map { record in
            switch record.value {
            case .alias(let target) where key != nil:
                return try line(record, key ?? "", texts, target)
            case .alias(let target) where !addresses.isEmpty:
                return try line(record, addresses, target)
            default:
                return check.line(
                    .missing, record,
                    "there is no CNAME record, but a TXT record: "
                        + texts.joined(separator: ", "), [.set(record)],
                    "remove the TXT record first, unless it is a wildcard's: a CNAME stands alone")
            }
        }
    }

    private func line(
        _ record: WantedRecord, _ key: String, _ texts: [String], _ target: DNSName
    ) throws -> DNSLine {
        let answer = try ask(target, .txt)
        if case .unknown(let words) = answer {
            return check.line(
                .unknown, record,
                "there is a TXT record with a key and no CNAME, and the DNS server could not tell "
                    + "whether it is the key of \(target): \(words)")
        }
        let isSame = answer.texts.compactMap(Flattening.key).contains(key)
        return isSame
            ? check.line(
                .ok, record, "no CNAME, but a TXT record with the key of \(target)", [],
                "a CNAME is safer: a copied key becomes invalid once SES changes its own")
            : check.line(
                .different, record,
                "there is a TXT record with a key and no CNAME, and it is not the key of \(target)",
                replacing(texts, by: record))
    }

    private func line(
        _ record: WantedRecord, _ addresses: [RecordValue], _ target: DNSName
    ) throws -> DNSLine {
        let wanted = try ask(target, .a).values
        return addresses.contains(where: wanted.contains)
            ? check.line(.ok, record, "no CNAME, but an address of \(target)")
            : check.line(
                .different, record,
                "there is no CNAME, but an address that is not one of \(target): it may be the DNS "
                    + "provider's substitute for an alias",
                [.set(record)])
    }

    /// Removes the texts, since no CNAME may stand beside other records.
    private func replacing(_ texts: [String], by record: WantedRecord) -> [DNSLine.Change] {
        texts.map {
            .remove(
                WantedRecord(name: record.name, type: .txt, value: .text($0), ttl: record.ttl))
        } + [.set(record)]
    }

    /// The public key of a DKIM record (RFC 6376 §3.6.1), in which blanks have no meaning.
    private static func key(_ text: String) -> String? {
        PolicyTags(text)["p"].map { $0.filter { !$0.isWhitespace } }
    }
}
