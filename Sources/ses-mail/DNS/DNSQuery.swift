internal import HTTP
internal import Text

/// One question as it is sent (RFC 1035 §4.1, RFC 6891 §6.1).
struct DNSQuery {
    let name: DNSName
    let type: RecordType
    let bytes: [UInt8]

    /// How large an answer may be by UDP, so that it is never sent in fragments
    /// (https://www.dnsflagday.net/2020/).
    static let datagramSize: UInt16 = 1232

    private static let headSize = 12
    private static let internet: [UInt8] = [0, 1]

    /// - Parameters:
    ///   - isExtended: whether to say by EDNS0 that a large answer can be taken.
    ///   - id: 16 random bits, by which the answer is known.
    init(_ name: DNSName, _ type: RecordType, isExtended: Bool, id: UInt16) {
        self.name = name
        self.type = type
        let head =
            id.bigEndianBytes + [0x01, 0x00] + [0, 1, 0, 0, 0, 0] + [0, isExtended ? 1 : 0]
        let question =
            name.wire + UInt16(type.rawValue).bigEndianBytes + DNSQuery.internet
        // The root's name, OPT, what can be taken, no extended code, version 0, no flag, no option.
        let option =
            [0] + UInt16(41).bigEndianBytes + DNSQuery.datagramSize.bigEndianBytes
            + [0, 0, 0, 0] + [0, 0]
        bytes = head + question + (isExtended ? option : [])
    }

    /// Whether a message answers this question. A server that does not understand it may leave the
    /// question out.
    func isAnswered(by message: [UInt8]) -> Bool {
        guard message.count >= DNSQuery.headSize, message[..<2] == bytes[..<2],
            // An answer, to a standard query.
            message[2] & 0xF8 == 0x80
        else { return false }
        if message[4] == 0 && message[5] == 0 {
            return message[3] & 0x0F != 0
        }
        let question = bytes[DNSQuery.headSize..<questionEnd]
        return message[4] == 0 && message[5] == 1
            && message[DNSQuery.headSize...].prefix(question.count).map(\.asciiLowercased)
                == question.map(\.asciiLowercased)
    }

    private var questionEnd: Int { DNSQuery.headSize + name.wire.count + 4 }
}

extension DNSName {
    /// Labels, each behind its length, and the root's empty one.
    fileprivate var wire: [UInt8] {
        text.utf8.split(separator: UInt8(ascii: ".")).flatMap { [UInt8($0.count)] + $0 } + [0]
    }
}

extension UInt16 {
    var bigEndianBytes: [UInt8] { [UInt8(self >> 8), UInt8(self & 0xFF)] }
}
