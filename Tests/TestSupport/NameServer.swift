internal import Foundation
internal import Synchronization

/// A DNS server on 127.0.0.1, by UDP and TCP on one port, with a zone that a test gives it. It
/// lives until the process ends.
package final class NameServer: Sendable {
    /// What does DNS hold, and where does it fail?
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
        /// How many bytes of a text stand in one string, 255 at most.
        package var stringLimit = 255

        package init(_ records: [Record]) {
            self.records = records
        }
    }

    /// One question, as it came.
    package struct Question: Sendable, Hashable {
        package let name: String
        package let type: String
        package let isTCP: Bool
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

    private func answer(_ question: [UInt8], isTCP: Bool) -> [UInt8]? {
        guard let asked = DNSWire.Query(question) else { return nil }
        let zone = content.withLock { content in
            content.questions.append(
                Question(name: asked.name, type: asked.typeName, isTCP: isTCP))
            return content.zone
        }
        if zone.silences.contains(asked.name) { return nil }
        let whole = DNSWire.answer(to: asked, from: zone)
        // RFC 1035 §4.2.1: who asks by UDP gets 512 bytes, and asks again.
        return isTCP || whole.count <= 512 ? whole : DNSWire.truncated(asked)
    }

    private func serveDatagrams() {
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            var sender = sockaddr_in()
            var size = socklen_t(MemoryLayout<sockaddr_in>.size)
            let count = withSockaddr(&sender) {
                recvfrom(datagrams, &buffer, buffer.count, 0, $0, &size)
            }
            guard count > 0, let answer = answer(Array(buffer[..<count]), isTCP: false) else {
                continue
            }
            _ = withSockaddr(&sender) { sendto(datagrams, answer, answer.count, 0, $0, size) }
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
            // Each message stands behind its length (RFC 1035 §4.2.2).
            while let length = read(connection, 2),
                let question = read(connection, Int(length[0]) << 8 | Int(length[1])),
                let answer = answer(question, isTCP: true)
            {
                let message = [UInt8(answer.count >> 8), UInt8(answer.count & 0xFF)] + answer
                guard send(connection, message, message.count, Int32(MSG_NOSIGNAL)) > 0
                else { break }
            }
            close(connection)
        }
    }

    private func read(_ connection: Int32, _ count: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        return recv(connection, &bytes, count, Int32(MSG_WAITALL)) == count ? bytes : nil
    }
}
