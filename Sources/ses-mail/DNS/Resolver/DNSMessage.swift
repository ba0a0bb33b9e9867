internal import CResolv
internal import Text

/// The meaning of a server's message. libc's parser reads it, since every length in it comes from a
/// stranger.
enum DNSMessage {
    /// The conclusion from a message.
    enum Judgement: Equatable {
        case answer(DNSAnswer)
        /// The aliases lead to a name that the message does not cover.
        case followed([DNSName])
        /// The question must be repeated by TCP.
        case cutOff
        /// The server does not understand EDNS0, or any question.
        case notUnderstood(String)
        /// This server does not answer the question; another one may.
        case useless(String)
    }

    private struct Record {
        let owner: DNSName
        let type: Int32
        let value: RecordValue?
    }

    private static let malformed = "an answer that is malformed"

    /// - Parameter bytes: a whole message that answers the question.
    static func judge(_ bytes: [UInt8], _ name: DNSName, _ type: RecordType) -> Judgement {
        guard bytes.count >= 12 else { return .useless(malformed) }
        if bytes[2] & 0x02 != 0 { return .cutOff }
        return bytes.withUnsafeBufferPointer { buffer in
            var message = ns_msg()
            guard let start = buffer.baseAddress,
                ns_initparse(start, Int32(buffer.count), &message) == 0,
                let answers = records(of: &message, ns_s_an),
                let authority = types(of: &message, ns_s_ns),
                let code = code(bytes, &message)
            else { return .useless(malformed) }
            let source = Source(
                isAuthoritative: bytes[2] & 0x04 != 0, isRecursive: bytes[3] & 0x80 != 0,
                refers: authority.contains(2) && !authority.contains(6),
                // RFC 2308 §2: the start of the zone's authority stands beside "there is none".
                proves: authority.contains(6))
            return judge(answers, code: code, from: source, name, type)
        }
    }

    /// The kind of server, by the flags (RFC 1035 §4.1.1) and its authority section.
    private struct Source {
        /// AA: it holds the zone.
        let isAuthoritative: Bool
        /// RA: it asks other servers.
        let isRecursive: Bool
        /// Its authority section names only the servers of a zone.
        let refers: Bool
        /// Its authority section names the zone that has no such record.
        let proves: Bool

        /// The reason why a record may exist although the answer has none; nil if the answer
        /// counts.
        var doubt: String? {
            if refers && !isAuthoritative {
                return "a referral to other servers: it does not hold the zone itself"
            }
            return isAuthoritative || isRecursive
                ? nil : "an empty answer of a server that neither holds the zone nor asks others"
        }
    }

    private static func judge(
        _ records: [Record], code: Int, from source: Source, _ name: DNSName, _ type: RecordType
    ) -> Judgement {
        guard let (found, aliases) = follow(records, from: name, type) else {
            return .useless(malformed)
        }
        switch code {
        case 0 where !found.isEmpty: return .answer(.found(found, aliases: aliases))
        case 0 where !aliases.isEmpty:
            return source.proves ? .answer(.noRecord(aliases: aliases)) : .followed(aliases)
        case 0:
            return source.doubt.map { .useless($0) } ?? .answer(.noRecord())
        case 3:
            return source.isAuthoritative || source.isRecursive
                ? .answer(.noName(aliases: aliases))
                : .useless("NXDOMAIN of a server that neither holds the zone nor asks others")
        case 1: return .notUnderstood("FORMERR")
        case 2: return .useless("SERVFAIL")
        case 4: return .notUnderstood("NOTIMP")
        case 5: return .useless("REFUSED: it does not hold the zone, or does not serve everybody")
        case 16: return .notUnderstood("BADVERS")
        default: return .useless("error \(code)")
        }
    }

    /// The response code, with the upper bits that OPT may hold (RFC 6891 §6.1.3).
    private static func code(_ bytes: [UInt8], _ message: inout ns_msg) -> Int? {
        var code = Int(bytes[3] & 0x0F)
        for index in 0..<sesmail_message_count(&message, ns_s_ar) {
            var record = ns_rr()
            guard ns_parserr(&message, ns_s_ar, index, &record) == 0 else { return nil }
            if record.type == 41 { code |= Int(record.ttl >> 24) << 4 }
        }
        return code
    }

    private static func types(of message: inout ns_msg, _ section: ns_sect) -> Set<UInt16>? {
        var types: Set<UInt16> = []
        for index in 0..<sesmail_message_count(&message, section) {
            var record = ns_rr()
            guard ns_parserr(&message, section, index, &record) == 0 else { return nil }
            types.insert(record.type)
        }
        return types
    }

    private static func records(of message: inout ns_msg, _ section: ns_sect) -> [Record]? {
        var records: [Record] = []
        for index in 0..<sesmail_message_count(&message, section) {
            var record = ns_rr()
            guard ns_parserr(&message, section, index, &record) == 0 else { return nil }
            guard record.rr_class == UInt16(ns_c_in.rawValue) else { continue }
            records.append(
                Record(
                    owner: DNSName(String(cString: sesmail_record_name(&record))),
                    type: Int32(record.type), value: value(of: &record, in: &message)))
        }
        return records
    }

    /// Follows the aliases in an answer; records of other names are ignored. nil if a record
    /// that counts cannot be read.
    private static func follow(
        _ records: [Record], from name: DNSName, _ type: RecordType
    ) -> (found: [RecordValue], aliases: [DNSName])? {
        var owner = name
        var aliases: [DNSName] = []
        while true {
            let found = records.filter { $0.owner == owner && $0.type == type.rawValue }
            guard found.allSatisfy({ $0.value != nil }) else { return nil }
            // A name may wrongly have an alias beside its records; the records take precedence.
            if !found.isEmpty { return (found.compactMap(\.value), aliases) }
            let alias = records.first {
                $0.owner == owner && $0.type == RecordType.cname.rawValue
            }
            guard type != .cname, let alias, aliases.count < 16 else { return ([], aliases) }
            guard case .alias(let target)? = alias.value else { return nil }
            aliases.append(target)
            owner = target
        }
    }

    private static func value(of record: inout ns_rr, in message: inout ns_msg) -> RecordValue? {
        guard let start = sesmail_record_data(&record) else { return nil }
        let data = UnsafeBufferPointer(start: start, count: Int(record.rdlength))
        switch RecordType(rawValue: Int32(record.type)) {
        case .mx:
            guard data.count > 2, let host = expand(start + 2, data.count - 2, &message) else {
                return nil
            }
            return .exchange(preference: Int(data[0]) << 8 | Int(data[1]), host: host)
        case .txt: return text(data).map { .text($0) }
        case .cname: return expand(start, data.count, &message).map { .alias($0) }
        case .a: return data.count == 4 ? .address(Array(data)) : nil
        case .aaaa: return data.count == 16 ? .address(Array(data)) : nil
        case .caa: return authority(data)
        case nil: return nil
        }
    }

    /// A name may point back into the message, but its bytes here must fill the record's data.
    private static func expand(
        _ start: UnsafePointer<UInt8>, _ count: Int, _ message: inout ns_msg
    ) -> DNSName? {
        var name = [CChar](repeating: 0, count: 1025)
        let taken = sesmail_message_name(&message, start, &name, Int32(name.count))
        guard taken == count else { return nil }
        return DNSName(
            String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
    }

    /// Strings of 255 bytes at most, each after its length (RFC 1035 §3.3.14), joined.
    private static func text(_ data: UnsafeBufferPointer<UInt8>) -> String? {
        var bytes: [UInt8] = []
        var offset = 0
        while offset < data.count {
            let end = offset + 1 + Int(data[offset])
            guard end <= data.count else { return nil }
            bytes += data[(offset + 1)..<end]
            offset = end
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Flags, a tag after its length, and the value (RFC 8659 §4.1).
    private static func authority(_ data: UnsafeBufferPointer<UInt8>) -> RecordValue? {
        guard data.count >= 2, data.count >= 2 + Int(data[1]) else { return nil }
        let tag = data[2..<(2 + Int(data[1]))]
        return .authority(
            isCritical: data[0] & 0x80 != 0,
            tag: String(decoding: tag, as: UTF8.self).asciiLowercased,
            value: String(decoding: data[tag.endIndex...], as: UTF8.self))
    }
}
