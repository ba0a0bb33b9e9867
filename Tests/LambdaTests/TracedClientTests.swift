import HTTP
import JSON
import Lambda
import Logging
import TestSupport
import Testing

struct TracedClientTests {
    private static let header =
        "Root=1-67890abc-0123456789abcdef01234567;Parent=53995c3f42cd8ad8;Sampled=1"

    @Test("A call to AWS carries the trace, and is told to X-Ray under the same id")
    func aws() throws {
        let (client, daemon) = (FakeClient(HTTPResponse(status: 200)), try DatagramReceiver())
        _ = try traced(client, daemon, .aws, Self.header).send(Self.request)
        let document = try Self.document(daemon)
        let id = try #require(document["id"]?.string)
        #expect(
            client.requests.first?.headers["X-Amzn-Trace-Id"]
                == "Root=1-67890abc-0123456789abcdef01234567;Parent=\(id);Sampled=1")
        #expect(document["parent_id"] == "53995c3f42cd8ad8")
        #expect(document["name"] == "DynamoDB")
        #expect(document["namespace"] == "aws")
        #expect(document["aws"]?["operation"] == "GetItem")
        #expect(document["http"]?["response"]?["status"] == 200)
        #expect(document["fault"] == nil)
    }

    @Test("A call of another service is in the trace, and carries no trace header")
    func remote() throws {
        let (client, daemon) = (FakeClient(HTTPResponse(status: 500)), try DatagramReceiver())
        _ = try traced(client, daemon, .remote, Self.header).send(Self.request)
        #expect(client.requests.first == Self.request)
        let document = try Self.document(daemon)
        #expect(document["namespace"] == "remote")
        #expect(document["fault"] == true)
    }

    @Test("A call without an answer is a fault, and stays an error")
    func failed() throws {
        let error = HTTPError.timedOut(Self.request.name)
        let (client, daemon) = (FakeClient([.failure(error)]), try DatagramReceiver())
        #expect(throws: error) { try traced(client, daemon, .aws, Self.header).send(Self.request) }
        let document = try Self.document(daemon)
        #expect(document["fault"] == true)
        #expect(document["http"] == nil)
    }

    @Test(
        "Without a sampled trace the request goes as it is, and nothing is told",
        arguments: [nil, "Root=r;Parent=p;Sampled=0", "Root=r;Parent=p"])
    func untraced(header: String?) throws {
        let (client, daemon) = (FakeClient(HTTPResponse(status: 200)), try DatagramReceiver())
        _ = try traced(client, daemon, .aws, header).send(Self.request)
        #expect(client.requests == [Self.request])
        #expect(daemon.next() == nil)
    }

    @Test("A datagram holds neither the URL nor a header nor a body")
    func nothingPrivate() throws {
        let (client, daemon) = (FakeClient(HTTPResponse(status: 200)), try DatagramReceiver())
        _ = try traced(client, daemon, .aws, Self.header).send(Self.request)
        #expect(daemon.next()?.contains("hidden") == false)
    }

    private static let request = HTTPRequest(
        .post, "http://127.0.0.1/hidden", headers: ["Authorization": "hidden"],
        body: HTTPBody("hidden"), name: CallName("DynamoDB", "GetItem"))

    private func traced(
        _ client: FakeClient, _ daemon: DatagramReceiver, _ namespace: Subsegment.Namespace,
        _ header: String?
    ) -> TracedClient {
        let current = CurrentInvocation()
        current.begin(
            Invocation(
                requestID: "r", deadlineMilliseconds: 0, trace: header.flatMap(TraceHeader.init),
                event: [], logger: Lines().logger()))
        return TracedClient(
            client, tracer: Tracer(daemonAddress: daemon.address), current: current,
            namespace: namespace)
    }

    private static func document(_ daemon: DatagramReceiver) throws -> JSONValue {
        let lines = try #require(daemon.next()).split(separator: "\n")
        #expect(lines.count == 2)
        #expect(lines.first == #"{"format":"json","version":1}"#)
        return try JSONValue(parsing: Array(try #require(lines.last).utf8))
    }
}
