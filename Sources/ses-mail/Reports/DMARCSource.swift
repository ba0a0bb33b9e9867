/// The messages that came from one address under our name, as receivers saw them.
struct DMARCSource: Equatable, Sendable {
    private(set) var messages = 0
    /// Those that pass DMARC: SPF or DKIM passed for our domain.
    private(set) var aligned = 0
    private(set) var alignedByDKIM = 0
    private(set) var alignedBySPF = 0
    private(set) var quarantined = 0
    private(set) var rejected = 0
    private var isFromOurServer = false
    /// Whether SES signed any of them.
    private var isSignedBySES = false
    /// How many messages each foreign domain vouched for.
    private var organisations: [String: Int] = [:]

    static let ses = DNSName("amazonses.com")
    /// An address has few; what more a report names is not kept.
    private static let organisationLimit = 20

    /// Whose address it is, as far as the reports show.
    enum Owner: String {
        /// SES, or a server that our SPF record names.
        case own
        /// It hands on mail that SES signed for us, and may break signatures on the way.
        case forwarder
        case stranger
    }

    var owner: Owner {
        if isFromOurServer || alignedBySPF > 0 { return .own }
        return aligned > 0 ? .forwarder : .stranger
    }

    var unaligned: Int { messages - aligned }

    /// The domain that vouched for the most messages; nil where none did.
    var organisation: String? {
        if owner == .own, isSignedBySES { return "Amazon SES" }
        return organisations.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key
    }

    /// What receivers did with them, in the words of DMARC.
    var disposition: String {
        let counts = [
            ("none", messages - quarantined - rejected), ("quarantine", quarantined),
            ("reject", rejected),
        ]
        return counts.filter { $0.1 > 0 }.map { "\($0.0) \($0.1.grouped)" }.joined(separator: ", ")
    }

    mutating func add(_ record: DMARCRecord) {
        var other = DMARCSource()
        other.messages = record.count
        other.aligned = record.isDKIMAligned || record.isSPFAligned ? record.count : 0
        other.alignedByDKIM = record.isDKIMAligned ? record.count : 0
        other.alignedBySPF = record.isSPFAligned ? record.count : 0
        other.quarantined = record.disposition == "quarantine" ? record.count : 0
        other.rejected = record.disposition == "reject" ? record.count : 0
        other.isFromOurServer = record.isFromOurServer
        other.isSignedBySES = record.organisations.contains { $0.isWithin(Self.ses) }
        if let name = record.organisations.first(where: { !$0.isWithin(Self.ses) }) {
            other.organisations = [name.text: record.count]
        }
        add(other)
    }

    mutating func add(_ other: DMARCSource) {
        messages += other.messages
        aligned += other.aligned
        alignedByDKIM += other.alignedByDKIM
        alignedBySPF += other.alignedBySPF
        quarantined += other.quarantined
        rejected += other.rejected
        isFromOurServer = isFromOurServer || other.isFromOurServer
        isSignedBySES = isSignedBySES || other.isSignedBySES
        for (name, count) in other.organisations
        where organisations[name] != nil || organisations.count < Self.organisationLimit {
            organisations[name, default: 0] += count
        }
    }
}
