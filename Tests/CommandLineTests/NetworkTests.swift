import Foundation
import JSON
import Synchronization
import TestSupport
import Testing

/// Commands behind a proxy, and towards servers with certificates of somebody's own.
@Suite(.waiting)
struct NetworkTests {
    @Test("A proxy that the environment names is used, and sees no credentials")
    func proxy() throws {
        let proxy = try LoopbackServer(answers: [Answer(403, [], "no")])
        defer { proxy.stop() }
        let more = ["https_proxy": proxy.url, "AWS_MAX_ATTEMPTS": "1"]
        let run = try CommandRun(
            ["rules", "list", "--env", "test"],
            environment: ConventionTests.keys.merging(more) { $1 })
        #expect(run.status == 5)
        let request = try #require(proxy.requests.first)
        #expect(
            request.requestLine == "CONNECT dynamodb.eu-west-1.amazonaws.com:443 HTTP/1.1")
        #expect(request.header("Authorization") == nil)
    }

    @Test("A call goes through a proxy's tunnel to a server with a certificate, to its end")
    func tunnel() throws {
        let name = "dynamodb.eu-west-1.amazonaws.com"
        let authority = try TestAuthority()
        let server = try LoopbackServer(
            identity: authority.identity("DNS:\(name)"),
            answers: [Answer(200, [], #"{"Items": []}"#)])
        let port = server.port
        let heads = Mutex<[String]>([])
        let proxy = try LoopbackServer { connection in
            guard let request = connection.readHead() else { return }
            heads.withLock { $0.append(request.head) }
            connection.send("HTTP/1.1 200 Connection established\r\n\r\n")
            // Where the server has gone the client is told so by the end of the connection.
            try? connection.relay(to: port)
        }
        defer {
            proxy.stop()
            server.stop()
        }
        let more = ["https_proxy": proxy.url, "SSL_CERT_FILE": authority.root]
        let run = try CommandRun(
            ["rules", "list", "--env", "test"],
            environment: ConventionTests.keys.merging(more) { $1 })
        #expect(run.status == 0, "\(run.complaint)")
        let request = try #require(server.requests.first)
        #expect(request.header("Host") == name)
        #expect(request.header("Authorization")?.contains("Credential=AKIDEXAMPLE/") == true)
        let head = try #require(heads.withLock { $0.first })
        #expect(head.hasPrefix("CONNECT \(name):443 HTTP/1.1\r\n"))
        #expect(!head.contains("Authorization"))
    }

    @Test("No proxy is asked for a server on this machine")
    func noProxy() throws {
        let proxy = try LoopbackServer(answers: [Answer(403, [], "no")])
        let server = try LoopbackServer(answers: [Answer(200, [], #"{"Items": []}"#)])
        defer {
            proxy.stop()
            server.stop()
        }
        let more = ["http_proxy": proxy.url, "AWS_ENDPOINT_URL": server.url]
        let run = try CommandRun(
            ["rules", "list", "--env", "test"],
            environment: ConventionTests.keys.merging(more) { $1 })
        #expect(run.status == 0, "\(run.complaint)")
        #expect(proxy.connectionCount == 0)
    }

    @Test(
        "A certificate of one's own is trusted where a variable names its root, and only there",
        arguments: ["AWS_CA_BUNDLE", "SSL_CERT_FILE", nil])
    func roots(variable: String?) throws {
        let authority = try TestAuthority()
        let server = try LoopbackServer(
            identity: authority.identity(), answers: [Answer(200, [], #"{"Items": []}"#)])
        defer { server.stop() }
        var environment = ConventionTests.keys
        environment["AWS_ENDPOINT_URL"] = server.url
        if let variable { environment[variable] = authority.root }
        let run = try CommandRun(["rules", "list", "--env", "test"], environment: environment)
        #expect(run.status == (variable == nil ? 5 : 0), "\(run.complaint)")
        if variable == nil {
            #expect(run.sentence.contains("the server's certificate is not trusted"))
            #expect(server.requests.isEmpty)
        }
    }

    @Test("The emulated AWS is refused by who does not trust its authority, and hears nothing")
    func emulated() throws {
        let world = try LocalCloud.shared.get().world()
        func calls() throws -> [String: JSONValue?] {
            let hosts = try world.get("connections")
            return ["calls", "refused"].reduce(into: [:]) { $0[$1] = hosts["dynamodb"]?[$1] }
        }
        let trusting = try world.run(["rules", "list"])
        #expect(trusting.status == 0, "\(trusting.complaint)")
        let before = try calls()
        #expect(before["calls"] != .integer(0))
        var variables = try world.environment()
        variables["SSL_CERT_FILE"] = nil
        variables["AWS_MAX_ATTEMPTS"] = "1"
        let run = try CommandRun(["rules", "list"], environment: variables)
        #expect(run.status == 5)
        #expect(run.sentence.contains("the server's certificate is not trusted"))
        let after = try calls()
        #expect(after["calls"] == before["calls"])
        #expect(after["refused"] != before["refused"])
    }
}
