internal import HTTP
internal import Text

/// A question to one server: by UDP, then without EDNS0 where the server does not know it, and by
/// TCP where the answer is cut off.
struct ServerQuestion {
    /// The reason why this server did not answer the question.
    struct Failure: Error {
        let reason: String
        /// Whether the server was silent, and may answer later.
        var isSilence = false
        /// Whether the server answered, although not usably.
        var isAnswer = false
    }

    /// The server's part of the answer.
    enum Answer {
        case whole(DNSAnswer)
        /// The aliases lead to a name that its answer does not cover.
        case followed([DNSName])
    }

    let server: ServerAddress
    let name: DNSName
    let type: RecordType
    /// The time for an answer by UDP, and again for one by TCP.
    let seconds: Double

    /// - Parameter isExtended: whether to begin with EDNS0.
    func answer(isExtended: Bool) throws(Failure) -> Answer {
        let deadline = Clock.monotonicSeconds() + seconds
        var isExtended = isExtended
        while true {
            let query = DNSQuery(
                name, type, isExtended: isExtended, id: .random(in: 0...UInt16.max))
            let message = try datagram(query, deadline)
            switch DNSMessage.judge(message, name, type) {
            case .notUnderstood where isExtended: isExtended = false
            case .cutOff: return try byStream(query)
            case let judgement: return try usable(judgement)
            }
        }
    }

    private func datagram(_ query: DNSQuery, _ deadline: Double) throws(Failure) -> [UInt8] {
        do {
            return try DNSExchange(server: server, query: query, deadlineSeconds: deadline)
                .byDatagram()
        } catch {
            throw Failure(reason: error.reason, isSilence: error.isSilence)
        }
    }

    private func byStream(_ query: DNSQuery) throws(Failure) -> Answer {
        let message: [UInt8]
        do {
            message = try DNSExchange(
                server: server, query: query,
                deadlineSeconds: Clock.monotonicSeconds() + seconds
            ).byStream()
        } catch {
            throw Failure(
                reason: "an answer that is cut off, and by TCP: \(error.reason)", isAnswer: true)
        }
        return try usable(DNSMessage.judge(message, name, type))
    }

    private func usable(_ judgement: DNSMessage.Judgement) throws(Failure) -> Answer {
        switch judgement {
        case .answer(let answer): return .whole(answer)
        case .followed(let aliases): return .followed(aliases)
        case .cutOff: throw Failure(reason: "an answer that is cut off, by TCP too", isAnswer: true)
        case .notUnderstood(let reason), .useless(let reason):
            throw Failure(reason: reason, isAnswer: true)
        }
    }
}

/// One question in its wire format (RFC 1035 §4.1, RFC 6891 §6.1).
struct DNSQuery {
    let name: DNSName
    let type: RecordType
    let bytes: [UInt8]

    /// The largest answer by UDP, so that it is never sent in fragments
    /// (https://www.dnsflagday.net/2020/).
    static let datagramSize: UInt16 = 1232

    private static let headSize = 12
    private static let internet: [UInt8] = [0, 1]

    /// - Parameters:
    ///   - isExtended: whether to accept a large answer, by EDNS0.
    ///   - id: 16 random bits that identify the answer.
    init(_ name: DNSName, _ type: RecordType, isExtended: Bool, id: UInt16) {
        self.name = name
        self.type = type
        let head =
            id.bigEndianBytes + [0x01, 0x00] + [0, 1, 0, 0, 0, 0] + [0, isExtended ? 1 : 0]
        let question =
            name.wire + UInt16(type.rawValue).bigEndianBytes + DNSQuery.internet
        // The root's name, OPT, the largest answer, no extended code, version 0, no flag, no
        // option.
        let option =
            [0] + UInt16(41).bigEndianBytes + DNSQuery.datagramSize.bigEndianBytes
            + [0, 0, 0, 0] + [0, 0]
        bytes = head + question + (isExtended ? option : [])
    }

    /// Whether a message answers this question. A server that does not understand the question may
    /// leave it out.
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
    /// Labels, each after its length, and the root's empty one.
    fileprivate var wire: [UInt8] {
        text.utf8.split(separator: UInt8(ascii: ".")).flatMap { [UInt8($0.count)] + $0 } + [0]
    }
}

extension UInt16 {
    var bigEndianBytes: [UInt8] { [UInt8(self >> 8), UInt8(self & 0xFF)] }
}
