import Foundation
import TestSupport
import Testing

/// Commands behind a proxy, and towards servers with certificates of somebody's own.
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
}
