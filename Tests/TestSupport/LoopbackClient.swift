internal import Foundation

/// A client of a port of 127.0.0.1 that sends what no HTTP library would.
package enum LoopbackClient {
    /// Sends the bytes, and answers all that comes until the other side ends. What the other side
    /// does not take any more is not sent.
    package static func exchange(_ bytes: [UInt8], port: UInt16) throws -> [UInt8] {
        let descriptor = try LoopbackSocket.connected(to: port)
        defer { close(descriptor) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { break }
            rest = rest.dropFirst(count)
        }
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { return answer }
            answer += buffer[..<count]
        }
    }
}
