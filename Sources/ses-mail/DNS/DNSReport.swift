internal import HTTP
internal import JSON

/// What was found, domain by domain?
struct DNSReport {
    private let resolver: Resolver
    private let http = CurlClient()
    private var sections: [(domain: DNSName, lines: [DNSLine])] = []
    private var leftOut: [String] = []

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

    mutating func leaveOut(_ words: String) {
        leftOut.append(words)
    }

    /// The records of a domain, and how many look-ups its SPF records take.
    mutating func lookAt(_ domain: WantedRecords.Domain) throws {
        let checks = RecordCheck.all(of: domain.records)
        for check in checks {
            let answer = try resolver.ask(check.name, check.type)
            if check.type == .cname, answer == .none,
                try !resolver.ask(check.name, .a).values.isEmpty
            {
                add(check.flattened(), to: domain.name)
            } else {
                add(check.lines(answer), to: domain.name)
            }
        }
        for check in checks where check.wantsSPF {
            let texts = try resolver.ask(check.name, .txt).texts
                .filter { PolicyText(of: $0) == .spf }
            // Without one, with two, or with one that is none there is nothing to count.
            guard texts.count == 1, PolicyText.spf.fault(texts[0]) == nil else { continue }
            let count = try SPFCount(of: texts[0], at: check.name) { try resolver.ask($0, $1) }
            add([count.line(check.name)], to: domain.name)
        }
    }

    /// As a sender would, but with what this machine itself takes for the address.
    mutating func fetchPolicy(of domain: WantedRecords.Domain) throws {
        guard let check = TransportPolicyCheck(domain) else { return }
        let request = check.request(base: Variable.value("MTA_STS_ENDPOINT_URL"))
        let outcome = Result { () throws(HTTPError) in try http.send(request) }
        var doubt: String?
        // No address and no answer about one look alike to libcurl.
        if case .failure = outcome, case .unknown(let words) = try resolver.ask(check.host, .a) {
            doubt = words
        }
        add([check.line(outcome, doubt: doubt)], to: domain.name)
    }

    /// nil where all is right.
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
                "leftOut": .array(leftOut.map { .string($0) }),
            ])
            return
        }
        for section in sections {
            output.line(output.paint(section.domain.text.printable, .quiet))
            output.table(
                section.lines.map { line in
                    [
                        "  \(line.state.severity)", line.state == .ok ? "" : line.state.rawValue,
                        line.subject, line.name.text, line.words,
                    ]
                }, moods: section.lines.map(\.state.severity.mood),
                details: section.lines.map(\.details))
        }
        for words in leftOut { output.line("Left out: \(words)".printable) }
        let states = sections.flatMap(\.lines).map(\.state)
        let findings = states.filter(\.isFinding).count
        let unknowns = states.filter { $0 == .unknown }.count
        output.line(
            findings + unknowns == 0
                ? "\(states.count) looked at, and all is right."
                : "\(states.count) looked at: \(findings) to mend, \(unknowns) unknown.")
    }
}

extension RecordCheck {
    fileprivate var wantsSPF: Bool {
        wanted.contains { record in
            if case .text(let text) = record.value { PolicyText(of: text) == .spf } else { false }
        }
    }
}

extension SPFCount {
    /// One line; a permanent error makes receivers take none of the record.
    fileprivate func line(_ name: DNSName) -> DNSLine {
        var words = ["\(lookups) of \(SPFCount.lookupLimit) look-ups"]
        words[0] += ", \(voids) of \(SPFCount.voidLimit) that find nothing"
        words += faults
        if !gaps.isEmpty { words.append("not followed: \(gaps.joined(separator: ", "))") }
        if !unknowns.isEmpty {
            words.append("the resolver does not say: \(unknowns.joined(separator: ", "))")
        }
        let state: DNSLine.State = isTooMuch ? .conflicting : unknowns.isEmpty ? .ok : .unknown
        return DNSLine(
            state: state, subject: "SPF", name: name, words: words.joined(separator: "; "),
            advice: isTooMuch
                ? "take includes out, or have one name the addresses itself (RFC 7208 §4.6.4)"
                : nil)
    }
}
