internal import Text

/// The state of a domain in DNS before anything of ours is published, and the settings that leave
/// its present mail as it is.
struct DomainSurvey {
    typealias Ask = (DNSName, RecordType) throws -> DNSAnswer

    let domain: DNSName
    let region: String
    /// Whether Terraform is to make the records.
    let hasZone: Bool
    private(set) var findings: [Check.Finding] = []
    /// Whether the domain's mail goes to other servers, or may do so.
    private(set) var isReceiving = false
    /// Whether others may send for the domain.
    private(set) var isSending = false
    /// The senders to be kept, by Terraform's variables.
    private(set) var senders: [String: [String]] = [:]

    /// The SPF record that Terraform wants where no variable says otherwise.
    private static let spf = "v=spf1 include:amazonses.com ~all"

    init(_ domain: DNSName, region: String, hasZone: Bool, ask: Ask) throws {
        self.domain = domain
        self.region = region
        self.hasZone = hasZone
        lookAtServers(try ask(domain, .mx))
        lookAtTexts(try ask(domain, .txt))
        let dmarc = DNSName("_dmarc.\(domain)")
        lookAtPolicy(try ask(dmarc, .txt), dmarc)
        let bounce = DNSName("bounce.\(domain)")
        let records = try [RecordType.mx, .txt, .a].map { try ask(bounce, $0) }
        lookAtSender(records, bounce)
    }

    /// Whether the domain is in use, so that its DMARC policy must refuse nothing at first.
    var isInUse: Bool { isReceiving || isSending }

    private mutating func add(_ name: String, _ diagnosis: Diagnosis) {
        findings.append(Check.Finding(name, diagnosis))
    }

    /// A name about which DNS says nothing is taken to be in use.
    private mutating func isUnknown(_ name: String, _ answer: DNSAnswer) -> Bool {
        guard case .unknown(let words) = answer else { return false }
        add(
            name,
            .warning(
                "the DNS server could not tell: \(words)",
                "run this again before you change records; until then the domain counts as in use"))
        return true
    }

    private mutating func lookAtServers(_ answer: DNSAnswer) {
        let name = "MX of \(domain)"
        if isUnknown(name, answer) { return isReceiving = true }
        // A single dot says that the domain takes no mail (RFC 7505).
        let servers = answer.values.filter { value in
            if case .exchange(_, let host) = value { !host.text.isEmpty } else { false }
        }
        let others = servers.filter { value in
            guard case .exchange(_, let host) = value else { return false }
            return host.text != "inbound-smtp.\(region).amazonaws.com"
        }
        if servers.isEmpty { return add(name, .ok("there is none: no mail goes elsewhere")) }
        if others.isEmpty {
            return add(name, .ok("SES in \(region) has the domain's mail already"))
        }
        isReceiving = true
        add(
            name,
            .warning(
                "mail goes to \(others.map(\.text).sorted().joined(separator: ", "))",
                "lower this record's TTL to 300 seconds now; with publish_mx = false it stays "
                    + "until you switch"))
    }

    private mutating func lookAtTexts(_ answer: DNSAnswer) {
        let name = "SPF of \(domain)"
        if isUnknown(name, answer) { return isSending = true }
        let texts = answer.texts.filter { PolicyText(of: $0) == .spf }
        if texts.isEmpty {
            add(name, .ok("there is none: nobody else is known to send for it"))
        } else if let merge = SPFMerge(DomainSurvey.spf, at: domain) {
            lookAtSenders(merge, texts, name)
        }
        let others = answer.texts.filter { PolicyText(of: $0) != .spf }
        if !others.isEmpty {
            add(
                "texts of \(domain)",
                .note("others, which must stay beside SPF: \(others.joined(separator: ", "))"))
        }
        refuseZone(answer.texts, "TXT", domain)
    }

    private mutating func lookAtSenders(_ merge: SPFMerge, _ texts: [String], _ name: String) {
        let records = texts.map { SPFRecord(readable: $0) }
        let terms = merge.others(in: records)
        if terms.isEmpty && texts.count == 1 {
            return add(name, .ok("it names no other sender: \(texts[0])"))
        }
        isSending = isSending || !terms.isEmpty
        let settings = merge.settings(for: terms)
        senders = settings.values
        var cure = "with SES it is: \(merge.text(joining: records))"
        if !settings.lines.isEmpty { cure += "; \(settings.lines.joined(separator: ", "))" }
        if !settings.left.isEmpty {
            cure +=
                "; Terraform has no variable for \(settings.left.joined(separator: " ")): publish "
                + "this record by hand"
        }
        let count =
            texts.count == 1 ? "it is" : "there are \(texts.count), which no receiver takes:"
        add(name, .warning("\(count) \(texts.joined(separator: ", "))", cure))
    }

    private mutating func lookAtPolicy(_ answer: DNSAnswer, _ place: DNSName) {
        let name = "DMARC of \(domain)"
        if isUnknown(name, answer) { return isSending = true }
        let texts = answer.texts.filter { PolicyText(of: $0) == .dmarc }
        guard let text = texts.first else { return add(name, .ok("there is none")) }
        let reports = PolicyTags(text).addresses("rua")
        if texts.count == 1, reports.contains("mailto:dmarc@\(domain)") {
            return add(name, .ok("it is that of a deployment: \(text)"))
        }
        isSending = true
        add(
            name,
            .warning(
                "it is \(text)",
                "keep one record only, and its addresses for reports; dmarc_policy = \"none\" "
                    + "until two weeks of reports show no sender of yours that fails"))
        refuseZone(texts, "TXT", place)
    }

    /// The domain from which SES will send takes no other use.
    private mutating func lookAtSender(_ answers: [DNSAnswer], _ place: DNSName) {
        let values = answers.flatMap(\.values).filter { value in
            switch value {
            case .exchange(_, let host): host.text != "feedback-smtp.\(region).amazonses.com"
            case .text(let text): PolicyText(of: text) != .spf
            case .alias, .address, .authority: true
            }
        }
        guard !values.isEmpty else { return }
        let list = values.map(\.text).joined(separator: ", ")
        add(
            "\(place)",
            .warning(
                "it is in use: \(list)",
                "choose another mail_from_subdomain, such as \"ses-bounce\""))
    }

    /// Terraform makes records in a zone, and replaces none that others have made.
    private mutating func refuseZone(_ texts: [String], _ type: String, _ place: DNSName) {
        guard hasZone, !texts.isEmpty else { return }
        add(
            "zone of \(domain)",
            .warning(
                "\(place) has a \(type) record, which Terraform does not replace: apply would stop",
                "import the record into Terraform, or leave the zone out (--zone none) and publish "
                    + "by hand"))
    }
}
