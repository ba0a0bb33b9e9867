package import Foundation
package import HTTP
package import JSON
internal import Text

/// A deployed world, driven through its control API.
package struct World {
    let control: String
    /// Where its AWS answers.
    package let endpoint: String
    /// When the deployment that it is a copy of was begun.
    private let startedAt: Date
    /// The variables that say where each service of AWS answers, and whom to trust there.
    private let endpoints: [String: String]
    /// The variables that let a program live by this world's clock.
    let clock: [String: String]
    /// Of the control API, which is plain HTTP.
    private let http = CurlClient()
    private let end: End?

    init(
        control: String, endpoint: String, startedAt: Date, endpoints: [String: String] = [:],
        clock: [String: String] = [:], end: End? = nil
    ) {
        self.control = control
        self.endpoint = endpoint
        self.startedAt = startedAt
        self.endpoints = endpoints
        self.clock = clock
        self.end = end
    }

    /// Ends a copy when the last that works in it is done.
    final class End: Sendable {
        private let control: String

        init(control: String) {
            self.control = control
        }

        deinit {
            // `try?`: one that does not end now ends with the world that it is a copy of.
            _ = try? CurlClient().send(
                HTTPRequest(
                    .post, "\(control)/control/stop",
                    headers: ["Content-Type": "application/json"], body: HTTPBody(Array("{}".utf8)),
                    name: CallName("control", "stop")))
        }
    }

    /// The PEM file of the authority that has signed the certificate of this world's servers.
    package var authority: String { endpoints["SSL_CERT_FILE"] ?? "" }

    /// A client that trusts this world's servers and no others.
    package var client: CurlClient { World.client(trusting: authority) }

    package static func client(trusting authority: String?) -> CurlClient {
        CurlClient(roots: authority.map { TrustedRoots(first: $0, second: nil) } ?? .operatorsOwn)
    }

    /// The variables of a `ses-mail` that works on this world by the machine's clock.
    package var deployment: [String: String] {
        endpoints.merging(["SES_MAIL_ENV": "local"]) { $1 }
    }

    /// The variables of a `ses-mail` that works on this world, and lives by its clock as it is now.
    /// - Parameter more: variables that are set beside those, or instead.
    package func environment(_ more: [String: String] = [:]) throws -> [String: String] {
        _ = try now
        return clock.merging(deployment) { $1 }.merging(more) { $1 }
    }

    /// What time it is in this world.
    package var now: Date {
        get throws {
            guard let seconds = try post("clock", [:])["now"]?.double else {
                throw LocalCloud.NotReady(reason: "the clock does not tell the time")
            }
            return Date(timeIntervalSince1970: seconds)
        }
    }

    /// The moments at which something can have happened in this world so far.
    package var moments: Moments {
        get throws {
            let now = try now
            return Moments(since: startedAt, until: now)
        }
    }

    package func get(_ path: String) throws -> JSONValue {
        try JSONValue(parsing: bytes(path))
    }

    package func bytes(_ path: String) throws -> [UInt8] {
        try answer(HTTPRequest(.get, "\(control)/control/\(path)", name: CallName("control", path)))
    }

    @discardableResult
    package func post(_ path: String, _ body: JSONValue) throws -> JSONValue {
        try JSONValue(
            parsing: answer(
                HTTPRequest(
                    .post, "\(control)/control/\(path)",
                    headers: ["Content-Type": "application/json"], body: HTTPBody(body.bytes),
                    name: CallName("control", path))))
    }

    package func delete(_ path: String) throws {
        _ = try answer(
            HTTPRequest(.delete, "\(control)/control/\(path)", name: CallName("control", path)))
    }

    private func answer(_ request: HTTPRequest) throws -> [UInt8] {
        var request = request
        request.timeoutSeconds = 300
        request.responseBody = .memory(limit: 128 << 20)
        let response = try http.send(request)
        guard response.isSuccess else {
            throw LocalCloud.NotReady(
                reason: "\(request.url): \(String(decoding: response.body, as: UTF8.self))")
        }
        return response.body
    }

    /// Lets a mail arrive and answers its SES id.
    package func send(
        _ mail: [UInt8], from source: String = "anna@remote.example", to recipients: [String],
        verdicts: JSONValue = [:]
    ) throws -> String {
        let answer = try post(
            "send",
            [
                "rawBase64": .string(Base64.encode(mail)), "from": .string(source),
                "to": .array(recipients.map { .string($0) }), "verdicts": verdicts,
            ])
        return answer["messageId"]?.string ?? ""
    }

    /// What became of the mail, by recipient, once nothing more happens to it.
    package func outcomes(of messageID: String) throws -> [String: String] {
        let status = try get("status?message=\(messageID)&settled=1&timeout=200")
        let recipients = status["mails"]?.array?.first?["recipients"]?.array ?? []
        return Dictionary(
            recipients.map { ($0["recipient"]?.string ?? "", $0["outcome"]?.string ?? "") },
            uniquingKeysWith: { $1 })
    }

    /// Waits until all that was written or sent has had its consequences.
    package func waitUntilQuiet() throws {
        guard try get("quiet?timeout=200")["isQuiet"] == true else {
            throw LocalCloud.NotReady(reason: "somebody is still at work")
        }
    }

    /// The bytes of all mails in a mailbox, in the order of their arrival.
    package func mailbox(_ address: String) throws -> [[UInt8]] {
        try raw(listed(address))
    }

    /// The bytes of the mails in a mailbox's inbox: those in Spam are left out.
    package func inbox(_ address: String) throws -> [[UInt8]] {
        try raw(listed(address, label: "INBOX"))
    }

    /// The mails in a mailbox, those with a label where one is given.
    package func listed(_ address: String, label: JSONValue? = nil) throws -> [JSONValue] {
        let mails = try get("mailbox?mailbox=\(PercentEncoding.encode(address))").array ?? []
        guard let label else { return mails }
        return mails.filter { $0["labels"]?.array?.contains(label) == true }
    }

    private func raw(_ mails: [JSONValue]) throws -> [[UInt8]] {
        try mails.map { try bytes("mailbox/\($0["id"]?.string ?? "")/raw") }
    }
}
