internal import HTTP
internal import JSON

/// The findings, domain by domain.
struct DNSReport {
    private let resolver: Resolver
    private let http: any HTTPClient = .forPeople
    private var sections: [(domain: DNSName, lines: [DNSLine])] = []
    private var skipped: [String] = []

    init(resolver: Resolver) {
        self.resolver = resolver
    }

    mutating func add(_ lines: [DNSLine], to domain: DNSName) {
        if let index = sections.firstIndex(where: { $0.domain == domain }) {
            sections[index].lines += lines
        } else {
            sections.append((domain, lines))
        }
    }

    /// Notes that something was not checked, and the reason.
    mutating func skip(_ what: String, _ reason: String) {
        skipped.append("(\(reason)): \(what)")
    }

    /// The records of a domain, how many look-ups its SPF records take, and whether Amazon may
    /// issue the certificate of its policy.
    mutating func lookAt(_ domain: WantedRecords.Domain) throws {
        let checks = RecordCheck.all(of: domain)
        var conflicts: Set<DNSName> = []
        for check in checks {
            var answer = try resolver.ask(check.name, check.type)
            if check.type == .cname, answer.isNothing,
                let lines = try Flattening(check: check, ask: resolver.ask).lines()
            {
                add(lines, to: domain.name)
                continue
            }
            let alias = try alias(beside: check, answer)
            // The server may not follow its own alias.
            if let alias, answer.isNothing { answer = .noRecord(aliases: [alias]) }
            add(check.lines(answer), to: domain.name)
            if let alias, !answer.values.isEmpty, let record = check.wanted.first,
                conflicts.insert(check.name).inserted
            {
                add([RecordCheck.beside(alias, at: check.name, record)], to: domain.name)
            }
        }
        try count(checks, of: domain)
        if let policy = TransportPolicyCheck(domain) {
            let authority = CertificateAuthority(
                host: policy.host, domain: domain.name, ttl: domain.records.first?.ttl ?? 0)
            add(try authority.line(resolver.ask).map { [$0] } ?? [], to: domain.name)
        }
    }

    /// An alias of the name that did not lead to the answer.
    private func alias(beside check: RecordCheck, _ answer: DNSAnswer) throws -> DNSName? {
        switch answer {
        case .found(_, let aliases) where aliases.isEmpty && check.type != .cname: break
        case .noRecord(let aliases) where aliases.isEmpty && check.type != .cname: break
        default: return nil
        }
        guard case .alias(let alias)? = try resolver.ask(check.name, .cname).values.first else {
            return nil
        }
        return alias
    }

    private mutating func count(_ checks: [RecordCheck], of domain: WantedRecords.Domain) throws {
        for check in checks where check.wantsSPF {
            let answer = try resolver.ask(check.name, .txt)
            let texts = answer.texts.filter { PolicyText(of: $0) == .spf }
            if texts.count == 1, PolicyText.spf.fault(texts[0]) == nil {
                let count = try SPFCount(of: texts[0], at: check.name, ask: resolver.ask)
                add([count.line(check.name)], to: domain.name)
            }
            // A record to set must not need too many look-ups itself.
            for text in check.lines(answer).flatMap(\.changes).compactMap(\.policyToSet) {
                let count = try SPFCount(of: text, at: check.name, ask: resolver.ask)
                if count.isTooMuch {
                    add([count.line(check.name, "the record to set")], to: domain.name)
                }
            }
        }
    }

    /// Fetches the policy as a sender would, but with this machine's own name resolution.
    mutating func fetchPolicy(of domain: WantedRecords.Domain) throws {
        guard let check = TransportPolicyCheck(domain) else { return }
        let request = check.request(base: Variable.value("MTA_STS_ENDPOINT_URL"))
        let outcome = Result { () throws(HTTPError) in try http.send(request) }
        var doubt: String?
        // libcurl does not distinguish a missing address from a missing answer.
        if case .failure = outcome, case .unknown(let words) = try resolver.ask(check.host, .a) {
            doubt = words
        }
        add([check.line(outcome, doubt: doubt)], to: domain.name)
    }

    /// nil if everything is correct.
    var status: Failure.Status? {
        let states = sections.flatMap(\.lines).map(\.state)
        if states.contains(where: \.isFinding) { return .findings }
        return states.contains(.unknown) ? .unreachable : nil
    }

    func print(to output: Output) {
        if output.isJSON {
            output.json([
                "lines": .array(
                    sections.flatMap { section in
                        section.lines.map { $0.json(of: section.domain) }
                    }),
                "skipped": skipped.json,
            ])
            return
        }
        for section in sections {
            output.line(output.paint(section.domain.text.printable, .note))
            output.table(
                section.lines.map { line in
                    [
                        "  \(line.severity)", line.state == .ok ? "" : line.state.rawValue,
                        line.subject, line.name.text, line.words,
                    ]
                }, severities: section.lines.map(\.severity),
                details: section.lines.map(\.details))
        }
        for words in skipped { output.line("Skipped \(words)".printable) }
        output.line(summary)
    }

    private var summary: String {
        let states = sections.flatMap(\.lines).map(\.state)
        let findings = states.filter(\.isFinding).count
        let unknowns = states.filter { $0 == .unknown }.count
        let checked = "\(states.count.counted("record")) checked"
        return findings + unknowns == 0
            ? "\(checked), all correct." : "\(checked): \(findings) to fix, \(unknowns) unknown."
    }
}

extension RecordCheck {
    fileprivate var wantsSPF: Bool {
        wanted.contains { record in
            if case .text(let text) = record.value { PolicyText(of: text) == .spf } else { false }
        }
    }
}

extension DNSLine.Change {
    /// The text of an SPF record.
    fileprivate var policyToSet: String? {
        guard case .text(let text)? = recordToSet?.value else { return nil }
        return PolicyText(of: text) == .spf ? text : nil
    }
}

extension SPFCount {
    /// The line of the report; with a permanent error receivers ignore the whole record.
    fileprivate func line(_ name: DNSName, _ record: String = "SPF") -> DNSLine {
        let least = gaps.isEmpty && unknowns.isEmpty ? "" : "at least "
        let noun = lookups == 1 ? "look-up" : "look-ups"
        var words = [
            "\(record) needs \(least)\(lookups) DNS \(noun) (limit \(SPFCount.lookupLimit)), "
                + "\(least)\(voids) of them empty (limit \(SPFCount.voidLimit))"
        ]
        words += faults
        if !gaps.isEmpty {
            words.append(
                "the look-ups of these terms depend on the message: "
                    + "\(gaps.joined(separator: ", "))")
        }
        if !unknowns.isEmpty {
            words.append("the DNS server could not tell: \(unknowns.joined(separator: ", "))")
        }
        let state: DNSLine.State = isTooMuch ? .conflicting : unknowns.isEmpty ? .ok : .unknown
        return DNSLine(
            state: state, subject: "SPF", name: name, words: words.joined(separator: "; "),
            advice: isTooMuch
                ? "remove includes, or name their addresses with ip4: and ip6: (RFC 7208 §4.6.4)"
                : nil)
    }
}
