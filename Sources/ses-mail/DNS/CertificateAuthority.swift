/// Whether Amazon may issue a certificate for a name, by the CAA records of the name or the nearest
/// one above it (RFC 8659 §3).
struct CertificateAuthority {
    /// The issuers of which one must be named, where any is named
    /// (https://docs.aws.amazon.com/acm/latest/userguide/setup-caa.html).
    private static let amazon: Set<String> = [
        "amazon.com", "amazontrust.com", "awstrust.com", "amazonaws.com",
    ]

    let host: DNSName
    /// The domain up to which answers must be known.
    let domain: DNSName
    let ttl: Int

    /// nil if Amazon may issue.
    func line(_ ask: (DNSName, RecordType) throws -> DNSAnswer) rethrows -> DNSLine? {
        var next: DNSName? = host
        // Names of one label belong to the registries.
        while let name = next, let parent = name.parent {
            next = parent
            switch try ask(name, .caa) {
            case .found(let values, _): return refusal(values, at: name)
            case .unknown(let words) where name == domain:
                return line(
                    .unknown,
                    "the DNS server could not answer (\(words)), and ACM issues nothing "
                        + "until it can",
                    at: name)
            case .noRecord, .noName, .unknown: continue
            }
        }
        return nil
    }

    private func refusal(_ values: [RecordValue], at name: DNSName) -> DNSLine? {
        var issuers: [String] = []
        for case .authority(let isCritical, let tag, let value) in values {
            switch tag {
            case "issue":
                issuers.append(
                    DNSName(String(value.prefix { $0 != ";" }.filter { !$0.isWhitespace })).text)
            case "issuewild", "iodef": continue
            default:
                guard isCritical else { continue }
                return line(
                    .conflicting,
                    "ACM may not issue a certificate for \(host): it does not know the critical "
                        + "property \(tag)", at: name)
            }
        }
        guard !issuers.isEmpty, !issuers.contains(where: CertificateAuthority.amazon.contains)
        else { return nil }
        let others = issuers.filter { !$0.isEmpty }.joined(separator: ", ")
        return line(
            .conflicting,
            "ACM may not issue a certificate for \(host): "
                + (others.isEmpty ? "nobody may" : "only \(others) may"),
            at: name,
            [
                .set(
                    WantedRecord(
                        name: name, type: .caa,
                        value: .authority(isCritical: false, tag: "issue", value: "amazon.com"),
                        ttl: ttl))
            ])
    }

    private func line(
        _ state: DNSLine.State, _ words: String, at name: DNSName, _ changes: [DNSLine.Change] = []
    ) -> DNSLine {
        DNSLine(
            state: state, subject: RecordType.caa.text, name: name, words: words, changes: changes)
    }
}
