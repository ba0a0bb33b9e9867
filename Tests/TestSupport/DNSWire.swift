/// Messages of DNS as bytes (RFC 1035 §4), written apart from what is tested.
package enum DNSWire {
    private static let codes: [String: UInt16] = [
        "A": 1, "NS": 2, "CNAME": 5, "SOA": 6, "MX": 15, "TXT": 16, "AAAA": 28, "CAA": 257,
    ]
    private static let option: UInt16 = 41

    /// A question as it was asked.
    package struct Query: Sendable {
        let id: [UInt8]
        /// In lower case.
        package let name: String
        let type: UInt16
        /// The question's own bytes, which an answer repeats.
        let section: [UInt8]
        /// How many bytes an answer by UDP may have: 512, unless EDNS0 says more.
        package let limit: Int
        package let isExtended: Bool

        package var typeName: String {
            DNSWire.codes.first { $0.value == type }?.key ?? "\(type)"
        }

        package init?(_ message: [UInt8]) {
            guard message.count > 12, message[4] == 0, message[5] == 1 else { return nil }
            var labels: [String] = []
            var offset = 12
            while offset < message.count, message[offset] != 0 {
                let end = offset + 1 + Int(message[offset])
                guard end < message.count else { return nil }
                labels.append(String(decoding: message[(offset + 1)..<end], as: UTF8.self))
                offset = end
            }
            guard offset + 5 <= message.count else { return nil }
            id = Array(message[..<2])
            name = labels.joined(separator: ".").lowercased()
            type = UInt16(message[offset + 1]) << 8 | UInt16(message[offset + 2])
            section = Array(message[12..<(offset + 5)])
            let rest = message[(offset + 5)...]
            isExtended = rest.count == 11 && rest.starts(with: [0] + DNSWire.two(DNSWire.option))
            limit =
                isExtended
                ? Int(rest[rest.startIndex + 3]) << 8 | Int(rest[rest.startIndex + 4]) : 512
        }

        /// One that was not asked.
        package init(_ name: String, _ type: String) {
            id = [0x12, 0x34]
            self.name = name
            self.type = DNSWire.codes[type] ?? 0
            section = DNSWire.encode(name) + DNSWire.two(self.type) + [0, 1]
            (limit, isExtended) = (512, false)
        }
    }

    /// What a server says of itself.
    package enum Role: Sendable {
        /// RA: it asks others.
        case recursive
        /// AA: it holds the zone.
        case authoritative
        /// It does neither.
        case neither
    }

    package static func answer(to query: Query, from zone: NameServer.Zone) -> [UInt8] {
        if let code = zone.failures[query.name] { return message(query, code: code) }
        let ownZones = zone.ownZones
        func isOwn(_ name: String) -> Bool {
            ownZones?.contains { name == $0 || name.hasSuffix(".\($0)") } ?? true
        }
        guard isOwn(query.name) else { return message(query, code: 5, .neither) }
        var name = query.name
        var found: [NameServer.Zone.Record] = []
        // An alias is followed, as a resolver does, and stands in the answer.
        while query.typeName != "CNAME", found.count < 8, isOwn(name),
            !zone.separateAliases.contains(name),
            let alias = zone.records.first(where: { $0.name == name && $0.type == "CNAME" })
        {
            found.append(alias)
            if zone.isCarelessAboutAliases { break }
            name = alias.value
        }
        found += zone.records.filter { $0.name == name && $0.type == query.typeName }
        let isKnown = !isOwn(name) || zone.records.contains { $0.name == name }
        return message(
            query, code: isKnown ? 0 : 3, ownZones == nil ? .recursive : .authoritative,
            answers: found.map { encode($0, of: query.name, stringLimit: zone.stringLimit) })
    }

    package static func truncated(_ query: Query) -> [UInt8] {
        var bytes = message(query, code: 0)
        bytes[2] |= 0x02
        return bytes
    }

    /// The servers of a zone, and nothing else.
    package static func referral(
        _ query: Query, to zone: String, hasGlue: Bool, _ role: Role = .neither
    ) -> [UInt8] {
        let server = "ns1.elsewhere.example"
        let authority = record(zone, "NS", encode(server))
        return message(
            query, code: 0, role, authority: [authority],
            additional: hasGlue ? [record(server, "A", [192, 0, 2, 53])] : [])
    }

    /// An answer with nothing in it, and perhaps the start of the zone's authority.
    package static func empty(
        _ query: Query, code: UInt8, _ role: Role, hasAuthority: Bool = false
    ) -> [UInt8] {
        let start = encode("ns1.example.com") + encode("root.example.com")
        let authority = record(
            "example.com", "SOA", start + [UInt8](repeating: 1, count: 20))
        return message(query, code: code, role, authority: hasAuthority ? [authority] : [])
    }

    /// BADVERS, whose upper bits stand in OPT.
    package static func badVersion(_ query: Query) -> [UInt8] {
        message(
            query, code: 0, additional: [[0] + two(option) + two(512) + [1, 0, 0, 0] + [0, 0]])
    }

    private static func message(
        _ query: Query, code: UInt8, _ role: Role = .recursive, answers: [[UInt8]] = [],
        authority: [[UInt8]] = [], additional: [[UInt8]] = []
    ) -> [UInt8] {
        let flags: [UInt8] =
            switch role {
            case .recursive: [0x81, 0x80 | code]
            case .authoritative: [0x85, code]
            case .neither: [0x81, code]
            }
        let counts = [answers, authority, additional].flatMap { two(UInt16($0.count)) }
        return query.id + flags + [0, 1] + counts + query.section
            + (answers + authority + additional).flatMap { $0 }
    }

    private static func encode(
        _ record: NameServer.Zone.Record, of asked: String, stringLimit: Int
    ) -> [UInt8] {
        let data: [UInt8]
        switch record.type {
        case "MX":
            let words = record.value.split(separator: " ")
            data = two(UInt16(words[0]) ?? 0) + encode(String(words[1]))
        case "TXT":
            let text = Array(record.value.utf8)
            data = stride(from: 0, to: max(1, text.count), by: stringLimit).flatMap { start in
                let part = text[start..<min(start + stringLimit, text.count)]
                return [UInt8(part.count)] + part
            }
        case "CNAME": data = encode(record.value)
        case "AAAA": data = [UInt8](repeating: 0, count: 15) + [1]
        case "CAA":
            let words = record.value.split(
                separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
            data =
                [UInt8(words[0]) ?? 0, UInt8(words[1].utf8.count)] + Array(words[1].utf8)
                + Array(words[2].utf8)
        default: data = record.value.split(separator: ".").compactMap { UInt8($0) }
        }
        // The name that was asked for stands at byte 12 already.
        return self.record(record.name == asked ? nil : record.name, record.type, data)
    }

    private static func record(_ owner: String?, _ type: String, _ data: [UInt8]) -> [UInt8] {
        (owner.map(encode) ?? [0xC0, 12]) + two(codes[type] ?? 0) + [0, 1, 0, 0, 7, 8]
            + two(UInt16(data.count)) + data
    }

    private static func encode(_ name: String) -> [UInt8] {
        name.split(separator: ".").flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) } + [0]
    }

    static func two(_ number: UInt16) -> [UInt8] {
        [UInt8(number >> 8), UInt8(number & 0xFF)]
    }
}
