/// The number of DNS look-ups that a check of SPF needs, with all includes: ten at most, of which
/// two may be empty (RFC 7208 §4.6.4). Above that the record is a permanent error.
struct SPFCount: Equatable {
    typealias Ask = (DNSName, RecordType) throws -> DNSAnswer

    static let lookupLimit = 10
    static let voidLimit = 2
    /// The end of the count: receivers have given up long before.
    private static let countLimit = 40
    private static let exchangeLimit = 10
    /// The name of SES's own record. It lists addresses only, so no further look-ups are counted if
    /// the server does not know it: a zone's own server, which --resolver may name, knows only its
    /// own zone.
    private static let ses = DNSName("amazonses.com")

    private(set) var lookups = 0
    private(set) var voids = 0
    /// The permanent errors beside the numbers.
    private(set) var faults: [String] = []
    /// Terms that depend on the message, so that there may be more look-ups and more empty ones.
    private(set) var gaps: [String] = []
    /// The names about which the DNS server knows nothing at the moment.
    private(set) var unknowns: [String] = []

    var isTooMuch: Bool {
        lookups > SPFCount.lookupLimit || voids > SPFCount.voidLimit || !faults.isEmpty
    }

    /// Counts the worst case: a sender that no term matches.
    init(of text: String, at name: DNSName, ask: Ask) throws {
        try count(text, at: name, path: [name], ask)
    }

    private mutating func count(_ text: String, at name: DNSName, path: [DNSName], _ ask: Ask)
        throws
    {
        let record: SPFRecord
        do {
            record = try SPFRecord(text)
        } catch {
            return note(\.faults, "\(name): \(error.reason)")
        }
        for lookup in record.lookups {
            guard lookups < SPFCount.countLimit else { return }
            lookups += 1
            switch lookup {
            case .a(let host): try countAddresses([.a, .aaaa], of: host ?? name, ask)
            // For a sender by IPv6 too (§5.7).
            case .exists(let host): try countAddresses([.a], of: host, ask)
            case .mx(let host): try countExchanges(of: host ?? name, ask)
            case .ptr: break
            case .macro(let text): note(\.gaps, text)
            case .include(let target), .redirect(let target):
                try follow(target, path: path, ask)
            }
        }
    }

    private mutating func follow(_ target: DNSName, path: [DNSName], _ ask: Ask) throws {
        if let start = path.firstIndex(of: target) {
            let way = (path[start...] + [target]).map(\.text).joined(separator: " → ")
            return note(\.faults, "it includes itself: \(way)")
        }
        let answer = try ask(target, .txt)
        let texts = answer.texts.filter { PolicyText(of: $0) == .spf }
        if texts.isEmpty && target == SPFCount.ses { return }
        if case .unknown(let words) = answer { return note(\.unknowns, "\(target) (\(words))") }
        if answer.isNothing { voids += 1 }
        switch texts.count {
        case 0: note(\.faults, "\(target) has no SPF record")
        case 1: try count(texts[0], at: target, path: path + [target], ask)
        default: note(\.faults, "\(target) has \(texts.count) SPF records")
        }
    }

    /// A receiver asks for one of the types, depending on the sender's own address. The look-up is
    /// void if there is no record of either type.
    private mutating func countAddresses(
        _ types: [RecordType], of host: DNSName, _ ask: Ask
    ) throws {
        for type in types {
            switch try ask(host, type) {
            case .found: return
            case .noRecord, .noName: continue
            case .unknown(let words): return note(\.unknowns, "\(host) (\(words))")
            }
        }
        voids += 1
    }

    private mutating func countExchanges(of host: DNSName, _ ask: Ask) throws {
        switch try ask(host, .mx) {
        case .noRecord, .noName: voids += 1
        case .unknown(let words): note(\.unknowns, "\(host) (\(words))")
        case .found(let values, _):
            if values.count > SPFCount.exchangeLimit {
                note(\.faults, "\(host) has \(values.count) mail servers, more than ten")
            }
        }
    }

    private mutating func note(_ list: WritableKeyPath<SPFCount, [String]>, _ words: String) {
        if !self[keyPath: list].contains(words) { self[keyPath: list].append(words) }
    }
}
