import Foundation
import HTTP
import JSON
import Process
import TestSupport
import Testing

@testable import Lambda

struct TraceTests {
    private static let text =
        "Root=1-67890abc-0123456789abcdef01234567;Parent=53995c3f42cd8ad8;Sampled=1"

    @Test(
        "A trace header is read in any order, with what we do not know",
        arguments: [
            (text, "1-67890abc-0123456789abcdef01234567", "53995c3f42cd8ad8", true),
            ("Sampled=1;Parent=p;Root=r", "r", "p", true), ("Root=r", "r", nil, false),
            ("Root=r;Parent=p;Sampled=0", "r", "p", false), ("Root=r;Sampled=?", "r", nil, false),
            (" Root = r ; Parent=p ;Lineage=a:b;Self=s;Sampled=1;", "r", "p", true),
            ("Root=r;Parent=a=b;Sampled=1", "r", "a=b", true), ("Root=a;Root=b", "b", nil, false),
        ] as [(String, String, String?, Bool)])
    func header(text: String, root: String, parent: String?, isSampled: Bool) throws {
        let header = try #require(TraceHeader(text))
        #expect(header.text == text)
        #expect(header.root == root)
        #expect(header.parent == parent)
        #expect(header.isSampled == isSampled)
    }

    @Test(
        "What has no root is no trace",
        arguments: ["", ";", "Parent=p;Sampled=1", "Root", "root=r"])
    func noHeader(text: String) {
        #expect(TraceHeader(text) == nil)
    }

    @Test("A subsegment's document is whole")
    func document() throws {
        var subsegment = Subsegment(
            name: "DynamoDB", id: "0123456789abcdef", startSeconds: 1_737_194_400.25,
            endSeconds: 1_737_194_400.5)
        subsegment.namespace = .aws
        subsegment.operation = "BatchGetItem"
        subsegment.annotations = [("messageId", "a\"b"), ("action", "store")]
        subsegment.status = 503
        subsegment.isFault = true
        #expect(
            subsegment.document(in: try #require(TraceHeader(Self.text)))
                == #"{"name":"DynamoDB","id":"0123456789abcdef","#
                + #""trace_id":"1-67890abc-0123456789abcdef01234567","#
                + #""parent_id":"53995c3f42cd8ad8","type":"subsegment","start_time":1737194400.25,"#
                + #""end_time":1737194400.5,"namespace":"aws","aws":{"operation":"BatchGetItem"},"#
                + #""http":{"response":{"status":503}},"#
                + #""annotations":{"messageId":"a\"b","action":"store"},"fault":true}"#)
    }

    @Test("Work of our own has no more than it needs, and never ends before it began")
    func plainDocument() throws {
        let subsegment = Subsegment(name: "router", id: "1", startSeconds: 2, endSeconds: 1)
        #expect(
            subsegment.document(in: try #require(TraceHeader("Root=r;Parent=p;Sampled=1")))
                == #"{"name":"router","id":"1","trace_id":"r","parent_id":"p","#
                + #""type":"subsegment","start_time":2.0,"end_time":2.0}"#)
    }

    @Test("Ids are 16 hexadecimal digits, and differ")
    func ids() {
        let ids = (0..<1000).map { _ in Subsegment.newID() }
        #expect(ids.allSatisfy { $0.wholeMatch(of: /[0-9a-f]{16}/) != nil })
        #expect(Set(ids).count == 1000)
    }

    @Test(
        "A trace that may not be added to gets no datagram",
        arguments: [nil, "Root=r;Parent=p;Sampled=0", "Root=r;Sampled=1", "Root=r"])
    func noDatagram(text: String?) throws {
        let daemon = try DatagramReceiver()
        let tracer = Tracer(daemonAddress: daemon.address)
        let subsegment = Subsegment(name: "x", startSeconds: 1, endSeconds: 2)
        tracer.send(subsegment, in: text.flatMap(TraceHeader.init))
        #expect(daemon.next() == nil)
        tracer.send(subsegment, in: TraceHeader(Self.text))
        let datagram = try #require(daemon.next())
        #expect(datagram.hasPrefix("{\"format\":\"json\",\"version\":1}\n{\"name\":\"x\","))
        #expect(daemon.next() == nil)
    }

    @Test(
        "Without a daemon nothing is traced, and nothing fails",
        arguments: [nil, "", "x", "[::1]:2000"])
    func noDaemon(address: String?) throws {
        Tracer(daemonAddress: address).send(
            Subsegment(name: "x", startSeconds: 1, endSeconds: 2), in: TraceHeader(Self.text))
    }

    @Test(
        "The daemon's address is read in both of its forms",
        arguments: [
            ("127.0.0.1:2000", "127.0.0.1", 2000), ("169.254.79.129:2000", "169.254.79.129", 2000),
            ("tcp:127.0.0.1:2000 udp:127.0.0.2:2001", "127.0.0.2", 2001),
            ("udp:127.0.0.2:2001 tcp:127.0.0.1:2000", "127.0.0.2", 2001),
        ])
    func address(text: String, host: String, port: UInt16) throws {
        let daemon = try #require(Tracer.daemon(text))
        #expect(daemon.host == host && daemon.port == port)
    }

    @Test(
        "What is no address is none",
        arguments: ["", ":", "localhost:2000", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "a b"])
    func noAddress(text: String) {
        #expect(Tracer.daemon(text) == nil)
    }
}
