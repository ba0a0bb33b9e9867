/// How does DNS look on the wire (RFC 1035 §4)? Written apart from what is tested.
package enum DNSWire {
    private static let codes: [String: UInt16] = [
        "A": 1, "CNAME": 5, "MX": 15, "TXT": 16, "AAAA": 28,
    ]

    /// A question as it was asked.
    package struct Query: Sendable {
        let id: [UInt8]
        /// In lower case.
        package let name: String
        let type: UInt16
        /// The question's own bytes, which an answer repeats.
        let section: [UInt8]

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
        }

        /// One that was not asked.
        package init(_ name: String, _ type: String) {
            id = [0x12, 0x34]
            self.name = name
            self.type = DNSWire.codes[type] ?? 0
            section = DNSWire.encode(name) + DNSWire.two(self.type) + [0, 1]
        }
    }

    package static func answer(to query: Query, from zone: NameServer.Zone) -> [UInt8] {
        if let code = zone.failures[query.name] { return message(query, code: code, []) }
        var name = query.name
        var found: [NameServer.Zone.Record] = []
        // An alias is followed, as a resolver does, and stands in the answer.
        while query.typeName != "CNAME", found.count < 8,
            let alias = zone.records.first(where: { $0.name == name && $0.type == "CNAME" })
        {
            found.append(alias)
            name = alias.value
        }
        found += zone.records.filter { $0.name == name && $0.type == query.typeName }
        let isKnown = zone.records.contains { $0.name == name }
        return message(
            query, code: isKnown ? 0 : 3,
            found.map { encode($0, of: query.name, stringLimit: zone.stringLimit) })
    }

    package static func truncated(_ query: Query) -> [UInt8] {
        var bytes = message(query, code: 0, [])
        bytes[2] |= 0x02
        return bytes
    }

    private static func message(_ query: Query, code: UInt8, _ answers: [[UInt8]]) -> [UInt8] {
        query.id + [0x81, 0x80 | code, 0, 1] + two(UInt16(answers.count)) + [0, 0, 0, 0]
            + query.section + answers.flatMap { $0 }
    }

    private static func encode(
        _ record: NameServer.Zone.Record, of asked: String, stringLimit: Int
    ) -> [UInt8] {
        // The name that was asked for stands at byte 12 already.
        let owner = record.name == asked ? [0xC0, 12] : encode(record.name)
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
        default: data = [192, 0, 2, 1]
        }
        return owner + two(codes[record.type] ?? 0) + [0, 1, 0, 0, 7, 8]
            + two(UInt16(data.count)) + data
    }

    private static func encode(_ name: String) -> [UInt8] {
        name.split(separator: ".").flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) } + [0]
    }

    private static func two(_ number: UInt16) -> [UInt8] {
        [UInt8(number >> 8), UInt8(number & 0xFF)]
    }
}
