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
            let text = String(decoding: line, as: UTF8.self).trimmingASCIIWhitespace
            guard !text.isEmpty else { continue }
            let halves = text.split(separator: ":", maxSplits: 1)
            guard halves.count == 2 else {
                throw Fault(reason: "a line without a colon")
            }
            fields.append(
                (halves[0].trimmingASCIIWhitespace, halves[1].trimmingASCIIWhitespace))
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
        guard mode == "none" || !patterns.isEmpty else { throw Fault(reason: "there is no mx") }
    }

    /// A `*` stands for one label, the leftmost (§4.1).
    func allows(_ host: DNSName) -> Bool {
        patterns.contains { pattern in
            guard pattern.utf8.starts(with: "*.".utf8) else { return pattern == host.text }
            guard let dot = host.text.firstIndex(of: ".") else { return false }
            return host.text[dot...] == pattern.dropFirst()
        }
    }
}
