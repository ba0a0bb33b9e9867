internal import Process
internal import Text

/// One question to one server, by UDP or TCP, which ends at its deadline whatever the server sends.
struct DNSExchange {
    /// The reason why there is no answer, as the end of a sentence.
    struct Failure: Error, Equatable {
        let reason: String
        /// Whether another try may succeed: the time is over, and the server has not answered.
        var isSilence = false
    }

    let server: ServerAddress
    let query: DNSQuery
    /// The time on the monotonic clock at which the exchange ends.
    let deadlineSeconds: Double

    /// The first datagram that answers the question; others are ignored.
    func byDatagram() throws(Failure) -> [UInt8] {
        let socket = try asked(.datagram, query.bytes)
        var strangers = 0
        while true {
            let message = try receive(from: socket, limit: 1 << 16, strangers)
            if query.isAnswered(by: message) { return message }
            strangers += 1
        }
    }

    /// The first message of a stream that answers the question, each behind its length
    /// (RFC 1035 §4.2.2).
    func byStream() throws(Failure) -> [UInt8] {
        let socket = try asked(.stream, UInt16(query.bytes.count).bigEndianBytes + query.bytes)
        var strangers = 0
        while true {
            let size = try read(2, from: socket, strangers)
            let message = try read(Int(size[0]) << 8 | Int(size[1]), from: socket, strangers)
            if query.isAnswered(by: message) { return message }
            strangers += 1
        }
    }

    private func silence(_ strangers: Int) -> Failure {
        strangers == 0
            ? Failure(reason: "no answer in time", isSilence: true)
            : Failure(reason: "no answer in time, only messages that do not answer the question")
    }

    /// A socket that receives from this server only, and on which the question was sent.
    private func asked(_ kind: Socket.Kind, _ question: [UInt8]) throws(Failure) -> Socket {
        let socket: Socket
        do {
            socket = try Socket.connected(
                kind, to: server.socketAddress, deadlineSeconds: deadlineSeconds)
        } catch {
            throw Failure(reason: "\(error)")
        }
        do throws(SystemError) {
            try socket.send(question, deadlineSeconds: deadlineSeconds)
        } catch {
            throw error == .timedOut ? silence(0) : Failure(reason: "\(error)")
        }
        return socket
    }

    private func read(
        _ count: Int, from socket: borrowing Socket, _ strangers: Int
    ) throws(Failure) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count {
            let more = try receive(from: socket, limit: count - bytes.count, strangers)
            guard !more.isEmpty else {
                throw Failure(reason: "the connection was closed before the answer was whole")
            }
            bytes += more
        }
        return bytes
    }

    /// The next bytes of the server. Late ones are ignored, so that a server that never stops
    /// sending cannot hold the program.
    /// - Parameter strangers: the number of messages that did not answer the question.
    private func receive(
        from socket: borrowing Socket, limit: Int, _ strangers: Int
    ) throws(Failure) -> [UInt8] {
        let bytes: [UInt8]?
        do throws(SystemError) {
            bytes = try socket.receive(limit: limit, deadlineSeconds: deadlineSeconds)
        } catch {
            throw Failure(reason: "\(error)")
        }
        guard let bytes else { throw silence(strangers) }
        return bytes
    }
}
