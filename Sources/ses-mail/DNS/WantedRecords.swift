internal import JSON

/// The records that Terraform wants in DNS, by its output `dns_configuration_summary`.
struct WantedRecords: Equatable {
    struct Domain: Equatable {
        let name: DNSName
        let records: [WantedRecord]
    }

    let domains: [Domain]

    /// - Parameter name: the name of the document in a failure.
    init(_ bytes: [UInt8], named name: String) throws(Failure) {
        var document: JSONValue
        do {
            document = try JSONValue(parsing: bytes)
        } catch {
            throw WantedRecords.failure(error, in: bytes, named: name)
        }
        // `terraform output -json` without a name has every output, each with its type.
        if let summary = document["dns_configuration_summary"] {
            document = summary["value"] ?? summary
        }
        guard let members = document.members, !members.isEmpty else {
            throw Failure(
                .failed,
                "\(name) holds no records by domain, as dns_configuration_summary does.")
        }
        var domains: [Domain] = []
        for member in members {
            var records: [WantedRecord] = []
            for (index, record) in (member.value.array ?? []).enumerated() {
                guard let record = WantedRecord(record) else {
                    throw Failure(
                        .failed,
                        "\(name), \(member.name), record \(index + 1) needs a name, a type (MX, "
                            + "TXT or CNAME), a value and a ttl.")
                }
                records.append(record)
            }
            guard !records.isEmpty else {
                throw Failure(.failed, "\(name) has no records of \(member.name).")
            }
            domains.append(Domain(name: DNSName(member.name), records: records))
        }
        self.domains = domains
    }

    /// The failure for text beside the JSON: Terraform and its wrappers print warnings there.
    private static func failure(
        _ error: JSONError, in bytes: [UInt8], named name: String
    ) -> Failure {
        let start = bytes.first { !" \t\r\n".utf8.contains($0) }
        var stranger: (place: String, bytes: ArraySlice<UInt8>)?
        if start.map({ !"{[".utf8.contains($0) }) ?? false {
            stranger = ("before", bytes[...])
            // Where the text before cannot be read alone, the document itself is broken.
        } else if (try? JSONValue(parsing: Array(bytes[..<error.offset]))) != nil {
            stranger = ("after", bytes[error.offset...])
        }
        guard let stranger else { return Failure(.failed, "\(name) is \(error).") }
        let lines = String(decoding: stranger.bytes, as: UTF8.self)
            .split(whereSeparator: \.isNewline)
        // Terraform draws coloured boxes around its warnings.
        let line = lines.first { $0.count(where: \.isLetter) > 2 } ?? lines.first ?? ""
        return Failure(
            .failed,
            "\(name) has text \(stranger.place) its JSON: \"\(String(line).shortened(to: 200))\". "
                + "Find out what prints it, or save only the JSON and name it with --records FILE."
        )
    }

    /// The domains of these names; all where none is named.
    func domains(named names: [String]) throws(Failure) -> [Domain] {
        var chosen: [Domain] = []
        for name in names {
            guard let domain = domains.first(where: { $0.name == DNSName(name) }) else {
                let known = domains.map(\.name.text).joined(separator: ", ")
                throw Failure(
                    .notFound, "Terraform has no records for \(name). Its domains are: \(known).")
            }
            chosen.append(domain)
        }
        return names.isEmpty ? domains : chosen
    }
}

/// The form of a long text for DNS: in quotation marks, 255 bytes at a time.
enum CharacterStrings {
    static let limit = 255

    static func quoted(_ text: String) -> String {
        var rest = Array(text.utf8)[...]
        var parts: [String] = []
        repeat {
            var end = min(rest.startIndex + limit, rest.endIndex)
            // A letter of several bytes stays whole, so that the line is text.
            while end < rest.endIndex, rest[end] & 0xC0 == 0x80 { end -= 1 }
            let part = rest[..<end].flatMap { byte in
                byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
                    ? [UInt8(ascii: "\\"), byte] : [byte]
            }
            parts.append("\"\(String(decoding: part, as: UTF8.self))\"")
            rest = rest[end...]
        } while !rest.isEmpty
        return parts.joined(separator: " ")
    }

    /// A plain text as it is, or the joined strings of its quotation marks; nil if one is not
    /// closed.
    static func joined(_ text: String) -> String? {
        guard text.utf8.first == UInt8(ascii: "\"") else { return text }
        var joined: [UInt8] = []
        var isInside = false
        var isEscaped = false
        for byte in text.utf8 {
            switch byte {
            case _ where isEscaped:
                joined.append(byte)
                isEscaped = false
            case UInt8(ascii: "\\") where isInside: isEscaped = true
            case UInt8(ascii: "\""): isInside.toggle()
            case _ where isInside: joined.append(byte)
            case UInt8(ascii: " "): break
            default: return nil
            }
        }
        return isInside ? nil : String(decoding: joined, as: UTF8.self)
    }
}

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

    /// The line of a zone file.
    var zoneLine: String { "\(name.absolute) \(ttl) IN \(type.text) \(zoneValue)" }

    /// The value as zone files and Route 53 write it.
    var zoneValue: String {
        switch value {
        case .exchange(let preference, let host): "\(preference) \(host.absolute)"
        case .text(let text): CharacterStrings.quoted(text)
        case .alias(let target): target.absolute
        case .address, .authority: value.text
        }
    }

    var json: JSONValue {
        [
            "name": name.text.json, "type": type.text.json, "value": value.text.json,
            "ttl": ttl.json,
        ]
    }
}
