internal import CResolv

/// What does a resolver's answer say? libc's parser reads it: every length in it is somebody
/// else's.
struct DNSMessage {
    private struct Record {
        let owner: DNSName
        let type: Int32
        let value: RecordValue?
    }

    /// - Parameter bytes: the whole message.
    static func answer(_ bytes: [UInt8], to name: DNSName, _ type: RecordType) -> DNSAnswer {
        bytes.withUnsafeBufferPointer { buffer in
            var message = ns_msg()
            guard let start = buffer.baseAddress,
                ns_initparse(start, Int32(buffer.count), &message) == 0
            else { return .unknown("an answer that is malformed") }
            guard sesmail_message_is_truncated(&message) == 0 else {
                return .unknown("an answer that is cut off")
            }
            switch sesmail_message_code(&message) {
            case 0: return records(of: &message, name, type)
            case 3: return .none
            case let code: return .unknown(words(code))
            }
        }
    }

    /// RFC 1035 §4.1.1
    private static func words(_ code: Int32) -> String {
        switch code {
        case 1: "FORMERR"
        case 2: "SERVFAIL"
        case 4: "NOTIMP"
        case 5: "REFUSED"
        default: "error \(code)"
        }
    }

    private static func records(
        of message: inout ns_msg, _ name: DNSName, _ type: RecordType
    ) -> DNSAnswer {
        var records: [Record] = []
        for index in 0..<sesmail_message_answer_count(&message) {
            var record = ns_rr()
            guard ns_parserr(&message, ns_s_an, index, &record) == 0 else {
                return .unknown("an answer that is malformed")
            }
            guard record.rr_class == UInt16(ns_c_in.rawValue) else { continue }
            records.append(
                Record(
                    owner: DNSName(String(cString: sesmail_record_name(&record))),
                    type: Int32(record.type), value: value(of: &record, in: &message)))
        }
        return follow(records, from: name, type)
    }

    /// An answer holds the aliases on the way too; what belongs to no name on it is not looked at.
    private static func follow(_ records: [Record], from name: DNSName, _ type: RecordType)
        -> DNSAnswer
    {
        var owner = name
        var aliases: [DNSName] = []
        while type != .cname, aliases.count < 16,
            let next = records.first(where: {
                $0.owner == owner && $0.type == RecordType.cname.rawValue
            }), case .alias(let target)? = next.value
        {
            aliases.append(target)
            owner = target
        }
        let found = records.filter { $0.owner == owner && $0.type == type.rawValue }
        guard found.allSatisfy({ $0.value != nil }) else {
            return .unknown("an answer that is malformed")
        }
        return found.isEmpty ? .none : .found(found.compactMap(\.value), aliases: aliases)
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
        case .a, .aaaa: return .address
        case nil: return nil
        }
    }

    /// A name may point back into the message, but what stands here must fill the record's data.
    private static func expand(
        _ start: UnsafePointer<UInt8>, _ count: Int, _ message: inout ns_msg
    ) -> DNSName? {
        var name = [CChar](repeating: 0, count: 1025)
        let taken = sesmail_message_name(&message, start, &name, Int32(name.count))
        guard taken == count else { return nil }
        return DNSName(
            String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
    }

    /// Strings of 255 bytes at most, each behind its length (RFC 1035 §3.3.14), put together.
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
}
