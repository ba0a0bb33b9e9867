internal import Process
internal import Text

/// An aggregate report of DMARC, in the form of RFC 7489 appendix C or of RFC 9990. The records are
/// added up by their source.
struct DMARCReport: Equatable, Sendable {
    let head: ReportHead
    /// The domain whose record was found.
    let domain: DNSName
    let policy: DMARCPolicy
    /// By the address in its one form.
    let sources: [String: DMARCSource]

    init(
        _ text: [UInt8], now: Int = Clock.epochSeconds(), recordLimit: Int = ReportLimits.records
    ) throws(ReportFault) {
        var metadata: XMLElement?
        var published: XMLElement?
        var sources: [String: DMARCSource] = [:]
        var count = 0
        try XMLReader.read(text, root: "feedback") { element throws(ReportFault) in
            switch element.name {
            case "report_metadata": metadata = metadata ?? element
            case "policy_published": published = published ?? element
            case "record":
                count += 1
                guard count <= recordLimit else {
                    throw ReportFault("it has more than \(recordLimit.grouped) records")
                }
                let domain = DNSName(published?["domain"]?.text ?? "")
                let record = try DMARCRecord(element, number: count, policyOf: domain)
                sources[record.address, default: DMARCSource()].add(record)
            default: break
            }
        }
        guard let metadata, let range = metadata["date_range"] else {
            throw ReportHead.timeless
        }
        head = try ReportHead(
            organisation: metadata["org_name"]?.text ?? "",
            identifier: metadata["report_id"]?.text ?? "",
            begin: range["begin"].flatMap { Int($0.text) },
            end: range["end"].flatMap { Int($0.text) }, now: now)
        let name = DNSName(published?["domain"]?.text ?? "")
        guard let published, name.isAskable else {
            throw ReportFault("it does not name the domain that it is about")
        }
        domain = name
        policy = DMARCPolicy(published)
        self.sources = sources
    }
}

/// The policy that a receiver found in DNS.
struct DMARCPolicy: Equatable, Sendable {
    /// `none`, `quarantine`, `reject`, or what else stood there.
    let name: String
    /// Whether receivers apply it to every message: neither `pct` below 100 nor `t=y`.
    let isWhole: Bool

    var isReject: Bool { name == "reject" && isWhole }

    fileprivate init(_ published: XMLElement) {
        name = published.word("p")
        let share = published["pct"].flatMap { Int($0.text) } ?? 100
        isWhole = share >= 100 && published.word("testing") != "y"
    }
}

/// One record: messages of one address that were treated alike.
struct DMARCRecord {
    let address: String
    let count: Int
    let isDKIMAligned: Bool
    let isSPFAligned: Bool
    /// `none`, `quarantine`, `reject`, and `pass` in the newer form.
    let disposition: String
    /// The foreign domains for which SPF or DKIM passed, those of DKIM first.
    let organisations: [DNSName]
    /// Whether SPF passed for our domain or SES's: a server of ours handed the mail over. A
    /// signature does not show that, because it outlives forwarding.
    let isFromOurServer: Bool

    /// - Parameters:
    ///   - number: its place, from 1 on.
    ///   - domain: the one that the report is about; empty where it is not known yet.
    init(_ element: XMLElement, number: Int, policyOf domain: DNSName) throws(ReportFault) {
        let row = element["row"]
        let written = row?["source_ip"]?.text ?? ""
        guard let address = DMARCRecord.address(written) else {
            throw ReportFault(
                "record \(number.grouped) names the source \"\(written.cut(atBytes: 40))\", "
                    + "which is no address")
        }
        let counted = row?["count"]?.text ?? ""
        guard let count = Int(counted), 0...ReportLimits.count ~= count else {
            throw ReportFault(
                "record \(number.grouped) counts \"\(counted.cut(atBytes: 40))\" messages, which "
                    + "is no number from 0 to \(ReportLimits.count.grouped)")
        }
        self.address = address
        self.count = count
        let evaluated = row?["policy_evaluated"]
        isDKIMAligned = evaluated?.word("dkim") == "pass"
        isSPFAligned = evaluated?.word("spf") == "pass"
        disposition = evaluated?.word("disposition") ?? ""
        let ours = [domain, DNSName(element["identifiers"]?["header_from"]?.text ?? "")]
        let results = element["auth_results"]
        func passed(_ method: String) -> [DNSName] {
            (results?.all(method) ?? []).filter { $0.word("result") == "pass" }
                .map { DNSName($0["domain"]?.text ?? "") }.filter(\.isAskable)
        }
        let servers = passed("spf")
        isFromOurServer = servers.contains { server in
            (ours + [DMARCSource.ses]).contains { server.isWithin($0) }
        }
        organisations = (passed("dkim") + servers).filter { name in
            !ours.contains { name.isWithin($0) || $0.isWithin(name) }
        }
    }

    /// The address in the one form that the system writes; one of IPv4 that is mapped into IPv6 is
    /// an address of IPv4.
    private static func address(_ text: String) -> String? {
        guard let address = IPAddress(text)?.description else { return nil }
        let mapped = "::ffff:"
        guard address.hasPrefix(mapped), address.utf8.contains(UInt8(ascii: ".")) else {
            return address
        }
        return IPAddress(String(address.dropFirst(mapped.count)))?.description ?? address
    }
}

extension XMLElement {
    /// The first child's text as one of the words that a standard knows; empty without that child.
    fileprivate func word(_ name: String) -> String { self[name]?.text.asciiLowercased ?? "" }
}

extension DNSName {
    /// Whether it is this domain, or below it.
    func isWithin(_ domain: DNSName) -> Bool {
        self == domain || !domain.text.isEmpty && text.hasSuffix(".\(domain.text)")
    }
}
