internal import Text

/// A domain's MTA-STS policy (RFC 8461 §3.2).
struct TransportPolicy: Equatable {
    struct Fault: Error, Equatable {
        let reason: String
    }

    let mode: String
    /// Host names, or `*.domain`.
    let patterns: [String]

    init(_ bytes: [UInt8]) throws(Fault) {
        var fields: [(name: String, value: String)] = []
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            let halves = line.split(separator: UInt8(ascii: ":"), maxSplits: 1).map {
                String(decoding: $0, as: UTF8.self).trimmingASCIIWhitespace
            }
            guard halves != [""] else { continue }
            guard halves.count == 2 else {
                throw Fault(reason: "a line without a colon")
            }
            fields.append((halves[0], halves[1]))
        }
        func value(_ name: String) -> String? { fields.first { $0.name == name }?.value }
        guard value("version") == "STSv1" else { throw Fault(reason: "version is not STSv1") }
        guard let mode = value("mode"), ["none", "testing", "enforce"].contains(mode) else {
            throw Fault(reason: "mode must be none, testing or enforce")
        }
        guard let age = value("max_age").flatMap({ Int($0) }), (0...31_557_600).contains(age) else {
            throw Fault(reason: "max_age must be a number of seconds up to a year")
        }
        self.mode = mode
        patterns = fields.filter { $0.name == "mx" }.map { DNSName($0.value).text }
        if let wrong = patterns.first(where: { !TransportPolicy.isPattern($0) }) {
            throw Fault(reason: "mx is neither a host name nor *.domain: \(wrong.printable)")
        }
        guard mode == "none" || !patterns.isEmpty else { throw Fault(reason: "there is no mx") }
    }

    /// A `*` stands for one label, the leftmost (§4.1).
    func allows(_ host: DNSName) -> Bool {
        patterns.contains { pattern in
            guard let domain = TransportPolicy.domain(ofStar: pattern) else {
                return pattern == host.text
            }
            return host.parent?.text == domain
        }
    }

    private static func isPattern(_ text: String) -> Bool {
        DNSName(domain(ofStar: text) ?? text).isHostName
    }

    private static func domain(ofStar pattern: String) -> String? {
        pattern.utf8.starts(with: "*.".utf8) ? String(pattern.utf8.dropFirst(2)) : nil
    }
}
