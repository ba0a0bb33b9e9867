internal import JSON

/// One record that is wanted in DNS.
struct WantedRecord: Equatable {
    let name: DNSName
    let type: RecordType
    let value: RecordValue
    let ttl: Int

    init(name: DNSName, type: RecordType, value: RecordValue, ttl: Int) {
        self.name = name
        self.type = type
        self.value = value
        self.ttl = ttl
    }

    init?(_ json: JSONValue) {
        guard let name = json["name"]?.string.map(DNSName.init), name.isAskable,
            let type = json["type"]?.string.flatMap(RecordType.init(text:)),
            let text = json["value"]?.string, let ttl = json["ttl"]?.integer,
            let value = WantedRecord.value(text, type)
        else { return nil }
        self.init(name: name, type: type, value: value, ttl: ttl)
    }

    private static func value(_ text: String, _ type: RecordType) -> RecordValue? {
        switch type {
        case .mx:
            let words = text.split(separator: " ")
            guard words.count == 2, let preference = UInt16(words[0]) else { return nil }
            return .exchange(preference: Int(preference), host: DNSName(String(words[1])))
        case .txt: return CharacterStrings.joined(text).map { .text($0) }
        case .cname: return .alias(DNSName(text))
        case .a, .aaaa, .caa: return nil
        }
    }

    /// As a zone file has it.
    var zoneLine: String { "\(name.absolute) \(ttl) IN \(type.text) \(zoneValue)" }

    private var zoneValue: String {
        switch value {
        case .exchange(let preference, let host): "\(preference) \(host.absolute)"
        case .text(let text): CharacterStrings.quoted(text)
        case .alias(let target): target.absolute
        case .address, .authority: value.text
        }
    }

    var json: JSONValue {
        [
            "name": .string(name.text), "type": .string(type.text), "value": .string(value.text),
            "ttl": .integer(ttl),
        ]
    }
}
