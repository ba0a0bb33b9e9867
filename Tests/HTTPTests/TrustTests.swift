import Foundation
import HTTP
import Synchronization
import TestSupport
import Testing

/// Which certificates a client takes: the packaged roots first, the system's where an issuer is
/// not among them, and nothing else.
@Suite(.waiting)
final class TrustTests {
    private let packaged: TestAuthority
    private let system: TestAuthority
    private let stranger: TestAuthority
    /// The system's bundle knows every root.
    private let bundle: ScratchText
    private let warnings = Mutex<[String]>([])
    private let name = CallName("Test", "call")

    init() throws {
        packaged = try TestAuthority()
        system = try TestAuthority()
        stranger = try TestAuthority()
        bundle = try ScratchText([packaged.root, system.root].map(ScratchText.read).joined())
    }

    private func client(
        _ first: String?, isSecondAsked: Bool = true, now: @escaping () -> Double = { 0 }
    ) -> CurlClient {
        CurlClient(
            roots: TrustedRoots(first: first, second: bundle.path, isSecondAsked: isSecondAsked),
            now: now, warn: { [self] sentence in warnings.withLock { $0.append(sentence) } })
    }

    private func server(_ identity: TestAuthority.Identity) throws -> LoopbackServer {
        try LoopbackServer(identity: identity, answers: [Answer(200, [], "x")])
    }

    private func get(_ server: LoopbackServer, _ client: CurlClient) throws -> Int {
        try client.send(HTTPRequest(.get, server.url, name: name)).status
    }

    /// A reason to refuse a server.
    enum Fault: CaseIterable, Sendable {
        case strangeRoot, wrongName, expired

        /// How the error puts it.
        var words: String {
            switch self {
            case .strangeRoot: "unable to get local issuer certificate"
            case .wrongName: "it does not name this host"
            case .expired: "certificate has expired"
            }
        }
    }

    private func identity(_ fault: Fault, of authority: TestAuthority) throws
        -> TestAuthority.Identity
    {
        switch fault {
        case .strangeRoot: try stranger.identity()
        case .wrongName: try authority.identity("DNS:example.com")
        case .expired: try authority.identity(days: -1)
        }
    }

    @Test(
        "A server that cannot be verified is refused, with the packaged roots and the system's",
        arguments: Fault.allCases, [false, true])
    func refused(fault: Fault, isWarmed: Bool) throws {
        for authority in [packaged, system] {
            let server = try server(identity(fault, of: authority))
            let client = client(packaged.root)
            if isWarmed { #expect(client.warm([server.url]).count == 1) }
            let error = #expect(throws: HTTPError.self) { try get(server, client) }
            guard case .untrusted(name, let reason)? = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
            #expect(reason == fault.words)
            #expect(error?.isOutcomeUnknown == false)
            #expect(server.requests.isEmpty)
        }
    }

    @Test("A server known only to the system's roots is reached, with one warning")
    func secondChoice() throws {
        let client = client(packaged.root)
        let (own, other) = (try server(packaged.identity()), try server(system.identity()))
        #expect(try get(own, client) == 200)
        #expect(warnings.withLock { $0 }.isEmpty)
        #expect(try get(other, client) == 200)
        #expect(try get(server(system.identity()), client) == 200)
        #expect(try get(own, client) == 200)
        #expect(
            warnings.withLock { $0 } == [
                "a peer's issuer is not among the packaged root certificates; the system's are used"
            ])
        #expect(other.requests.count == 1)
    }

    @Test("Connections opened early fall to the system's roots, too, whoever is first")
    func secondChoiceEarly() throws {
        let client = client(packaged.root)
        let servers = try [system, packaged, system].map { try server($0.identity()) }
        #expect(client.warm(servers.map(\.url)).isEmpty)
        for server in servers {
            #expect(try get(server, client) == 200)
            #expect(server.requests.map(\.target) == ["/", "/"])
        }
        #expect(warnings.withLock { $0 }.count == 1)
    }

    @Test("What must not be repeated is sent once also where the second choice was needed")
    func once() throws {
        let server = try server(system.identity())
        var request = HTTPRequest(.post, server.url, body: HTTPBody("mail"), name: name)
        request.isRepeatable = false
        #expect(try client(packaged.root).send(request).status == 200)
        #expect(server.requests.map(\.bodyText) == ["mail"])
    }

    @Test("A file that somebody named is the whole of what is trusted")
    func named() throws {
        let server = try server(system.identity())
        #expect(throws: HTTPError.self) {
            try get(server, client(packaged.root, isSecondAsked: false))
        }
        #expect(try get(server, client(system.root, isSecondAsked: false)) == 200)
        #expect(warnings.withLock { $0 }.isEmpty)
    }

    @Test("Packaged roots that cannot be read mean the system's, and one warning")
    func unreadable() throws {
        let garbage = try ScratchText("no certificate")
        for path in ["/nowhere/roots.pem", garbage.path] {
            warnings.withLock { $0 = [] }
            let client = client(path)
            for authority in [packaged, system] {
                #expect(try get(server(authority.identity()), client) == 200)
            }
            #expect(throws: HTTPError.self) { try get(server(stranger.identity()), client) }
            #expect(
                warnings.withLock { $0 } == [
                    "no root certificate can be read from \(path); the system's are used"
                ])
        }
    }

    @Test("The roots are read once, and a fresh connection resumes its TLS session")
    func kept() throws {
        let roots = try ScratchText(ScratchText.read(packaged.root))
        let now = Mutex(0.0)
        let client = client(roots.path) { now.withLock { $0 } }
        let resumed = Mutex<[Bool]>([])
        let server = try LoopbackServer(identity: packaged.identity()) { connection in
            while connection.readRequest() != nil {
                resumed.withLock { $0.append(connection.isResumed) }
                connection.send(Answer(200))
            }
        }
        #expect(try get(server, client) == 200)
        roots.remove()
        now.withLock { $0 = 31 }
        #expect(try get(server, client) == 200)
        #expect(server.connectionCount == 2)
        #expect(resumed.withLock { $0 } == [false, true])
        #expect(try get(self.server(packaged.identity()), client) == 200)
        #expect(warnings.withLock { $0 }.isEmpty)
    }
}

/// A file with a text, gone with its owner.
final class ScratchText {
    let path: String

    init(_ text: String) throws {
        path = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
        try Data(text.utf8).write(to: URL(filePath: path))
    }

    deinit {
        remove()
    }

    func remove() {
        try? FileManager.default.removeItem(atPath: path)
    }

    static func read(_ path: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
    }
}
