internal import Foundation
internal import Synchronization

/// A DNS server on 127.0.0.1, by UDP and TCP on one port, with a zone that a test gives it. It
/// lives until the process ends.
package final class NameServer: Sendable {
    /// What DNS holds, and where it fails.
    package struct Zone: Sendable {
        package struct Record: Sendable, Equatable {
            package let name: String
            package let type: String
            /// As it is written; of an MX preference and host.
            package var value: String

            package init(_ name: String, _ type: String, _ value: String) {
                self.name = name
                self.type = type
                self.value = value
            }
        }

        package var records: [Record]
        /// Names that are answered with this code: 2 is SERVFAIL, 5 REFUSED.
        package var failures: [String: UInt8] = [:]
        /// Names of which nothing is ever said.
        package var silences: Set<String> = []
        /// Names with an answer of another kind; `*` stands for all.
        package var misbehaviours: [String: Misbehaviour] = [:]
        /// The zones that it holds itself, where it asks nobody else.
        package var ownZones: Set<String>?
        /// Names whose alias is shown to those only who ask for it, beside other records.
        package var separateAliases: Set<String> = []
        /// Whether it leaves it to others to follow an alias.
        package var isCarelessAboutAliases = false
        /// How many bytes of a text stand in one string, 255 at most.
        package var stringLimit = 255

        package init(_ records: [Record]) {
            self.records = records
        }
    }

    /// What a server may send instead of an answer.
    package enum Misbehaviour: Sendable {
        /// By UDP and TCP this message, made of the question.
        case message(@Sendable (DNSWire.Query) -> [UInt8])
        /// These messages by UDP, one after the other, before the right one.
        case before(@Sendable ([UInt8]) -> [[UInt8]])
        /// Cut off by UDP; a byte every 50 ms by TCP, without an end.
        case trickle
        /// Cut off by UDP; by TCP the connection ends within the answer.
        case half
        /// One datagram after the other, none of which answers the question.
        case flood
        /// This answer to a question with EDNS0; nil is none.
        case withoutEDNS(@Sendable (DNSWire.Query) -> [UInt8]?)
    }

    /// One question, as it came.
    package struct Question: Sendable, Hashable {
        package let name: String
        package let type: String
        package let isTCP: Bool
        package let isExtended: Bool
    }

    private struct Content {
        var zone: Zone
        var questions: [Question] = []
    }

    package let port: UInt16
    private let content: Mutex<Content>
    private let datagrams: Int32
    private let listener: Int32

    package var address: String { "127.0.0.1:\(port)" }
    package var questions: [Question] { content.withLock { $0.questions } }

    package func setZone(_ zone: Zone) {
        content.withLock { $0.zone = zone }
    }

    package init(_ zone: Zone) throws {
        content = Mutex(Content(zone: zone))
        (listener, datagrams, port) = try NameServer.pair(tries: 10)
        Thread { self.serveDatagrams() }.start()
        Thread { self.serveConnections() }.start()
    }

    /// What TCP was given is as a rule free for UDP too.
    private static func pair(tries: Int) throws -> (Int32, Int32, UInt16) {
        let listener = try LoopbackSocket.listening()
        let port = LoopbackSocket.port(of: listener)
        do {
            let type = Int32(SOCK_DGRAM.rawValue)
            return (listener, try LoopbackSocket.bound(type, port: port), port)
        } catch  where tries > 1 {
            close(listener)
            return try pair(tries: tries - 1)
        }
    }

    /// The question, and what the zone has in store for it.
    private func asked(
        _ question: [UInt8], isTCP: Bool
    ) -> (query: DNSWire.Query, zone: Zone, misbehaviour: Misbehaviour?)? {
        guard let query = DNSWire.Query(question) else { return nil }
        let zone = content.withLock { content in
            content.questions.append(
                Question(
                    name: query.name, type: query.typeName, isTCP: isTCP,
                    isExtended: query.isExtended))
            return content.zone
        }
        if zone.silences.contains(query.name) { return nil }
        return (query, zone, zone.misbehaviours[query.name] ?? zone.misbehaviours["*"])
    }

    private func datagrams(answering question: [UInt8]) -> [[UInt8]] {
        guard let (query, zone, misbehaviour) = asked(question, isTCP: false) else { return [] }
        let whole = DNSWire.answer(to: query, from: zone)
        // RFC 1035 §4.2.1: who asks by UDP gets no more than that, and asks again.
        let usual = whole.count <= query.limit ? whole : DNSWire.truncated(query)
        switch misbehaviour {
        case .message(let make): return [make(query)]
        case .before(let make): return make(usual) + [usual]
        case .trickle, .half: return [DNSWire.truncated(query)]
        case .flood:
            return [[UInt8]](
                repeating: DNSWire.truncated(DNSWire.Query("x.example", "A")), count: 9)
        case .withoutEDNS(let make):
            return query.isExtended ? make(query).map { [$0] } ?? [] : [usual]
        case nil: return [usual]
        }
    }

    private func serveDatagrams() {
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            var sender = sockaddr_in()
            var size = socklen_t(MemoryLayout<sockaddr_in>.size)
            let count = withSockaddr(&sender) {
                recvfrom(datagrams, &buffer, buffer.count, 0, $0, &size)
            }
            guard count > 0 else { continue }
            for answer in datagrams(answering: Array(buffer[..<count])) {
                _ = withSockaddr(&sender) { sendto(datagrams, answer, answer.count, 0, $0, size) }
            }
        }
    }

    private func withSockaddr<Result>(
        _ address: inout sockaddr_in, _ body: (UnsafeMutablePointer<sockaddr>) -> Result
    ) -> Result {
        withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1, body)
        }
    }

    private func serveConnections() {
        while true {
            let connection = accept(listener, nil, nil)
            guard connection >= 0 else { continue }
            Thread {
                self.serve(connection)
                close(connection)
            }.start()
        }
    }

    /// Each message stands behind its length (RFC 1035 §4.2.2).
    private func serve(_ connection: Int32) {
        while let length = read(connection, 2),
            let question = read(connection, Int(length[0]) << 8 | Int(length[1])),
            let (query, zone, misbehaviour) = asked(question, isTCP: true)
        {
            var answer = DNSWire.answer(to: query, from: zone)
            if case .message(let make)? = misbehaviour { answer = make(query) }
            let message = DNSWire.two(UInt16(answer.count)) + answer
            switch misbehaviour {
            case .trickle:
                var number = 0
                while write(connection, [message[min(number, 1)]]) {
                    number += 1
                    usleep(50_000)
                }
                return
            case .half:
                _ = write(connection, Array(message.prefix(message.count / 2)))
                return
            default:
                guard write(connection, message) else { return }
            }
        }
    }

    private func write(_ connection: Int32, _ bytes: [UInt8]) -> Bool {
        send(connection, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count
    }

    private func read(_ connection: Int32, _ count: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        return recv(connection, &bytes, count, Int32(MSG_WAITALL)) == count ? bytes : nil
    }
}
