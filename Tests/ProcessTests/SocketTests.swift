import Process
import TestSupport
import Testing

@Suite(.waiting)
struct SocketTests {
    @Test(
        "An address has one form, whatever way it was written in",
        arguments: [
            ("192.0.2.1", "192.0.2.1", false), ("2001:DB8:0::1", "2001:db8::1", true),
            ("::ffff:192.0.2.1", "::ffff:192.0.2.1", true),
        ])
    func addresses(text: String, form: String, isIPv6: Bool) throws {
        let address = try #require(IPAddress(text))
        #expect(address.description == form && address.isIPv6 == isIPv6)
        let socket = try SocketAddress(host: text, port: 53, .numeric)
        #expect(socket.numericHost == form)
    }

    @Test(
        "What is no address is none",
        arguments: ["", "192.0.2", "192.0.2.256", "1::2::3", "a", "192.0.2.1\0a", "::1\0"])
    func noAddress(text: String) {
        #expect(IPAddress(text) == nil)
    }

    @Test("A stream passes bytes both ways, until one side ends it")
    func stream() throws {
        let listener = try ListeningSocket()
        let address = try SocketAddress(host: "127.0.0.1", port: listener.port, .numeric)
        let end = MonotonicClock.seconds() + 60
        let client = try Socket.connected(.stream, to: address, deadlineSeconds: end)
        #expect(
            Descriptor.wait(toRead: [nil, listener.descriptor], secondsLeft: 60) == [false, true])
        guard let server = listener.accept() else {
            Issue.record("nobody has connected")
            return
        }
        #expect(try server.receive(limit: 8) == nil)
        try client.send(Array("ping".utf8), deadlineSeconds: end)
        #expect(try server.receive(limit: 8, deadlineSeconds: end) == Array("ping".utf8))
        try server.send(Array("pong".utf8), deadlineSeconds: end)
        server.endWriting()
        #expect(try client.receive(limit: 2, deadlineSeconds: end) == Array("po".utf8))
        #expect(try client.receive(limit: 8, deadlineSeconds: end) == Array("ng".utf8))
        #expect(try client.receive(limit: 8, deadlineSeconds: end)?.isEmpty == true)
        #expect(try server.receive(limit: 8, deadlineSeconds: MonotonicClock.seconds()) == nil)
    }

    @Test("Where nobody listens, the connection is refused; what is not read is late in the end")
    func failures() throws {
        let end = MonotonicClock.seconds() + 60
        let port = try ListeningSocket().port
        let gone = try SocketAddress(host: "127.0.0.1", port: port, .numeric)
        do throws(SystemError) {
            _ = try Socket.connected(.stream, to: gone, deadlineSeconds: end).descriptor
            Issue.record("it is connected")
        } catch {
            #expect("\(error)" == "Connection refused")
        }
        let listener = try ListeningSocket()
        let address = try SocketAddress(host: "127.0.0.1", port: listener.port, .numeric)
        let client = try Socket.connected(.stream, to: address, deadlineSeconds: end)
        #expect(throws: SystemError.timedOut) {
            try client.send(
                [UInt8](repeating: 0, count: 64 << 20),
                deadlineSeconds: MonotonicClock.seconds() + 0.05)
        }
    }
}
