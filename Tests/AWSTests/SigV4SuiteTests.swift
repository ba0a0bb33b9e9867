import Foundation
import HTTP
import JSON
import TestSupport
import Testing
import Text

@testable import AWS

/// AWS's published cases, where SES_MAIL_TEST_DATA names a folder that has them.
@Suite(.enabled(if: Repository.testData != nil, "SES_MAIL_TEST_DATA is not set"))
struct SigV4SuiteTests {
    @Test("Every published case has its canonical request, string to sign and signature")
    func published() throws {
        let folder = try #require(Repository.testData).appending(path: "sigv4")
        let cases = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            .filter { $0 != "LICENSE" }.sorted()
        #expect(cases.count >= 38)
        for name in cases {
            try check(name, PublishedCase(folder: folder.appending(path: name)))
        }
    }

    private func check(_ name: String, _ published: PublishedCase) throws {
        let signed = published.signer.signed(published.request, at: published.time)
        let canonical = published.signer.canonicalRequest(
            signed,
            payloadHash: Hex.encode(Digest.sha256(published.request.body.bytes ?? [])))
        let stringToSign = SigV4.stringToSign(
            canonical.text, timestamp: published.time.basic,
            scope: published.signer.scope(day: published.time.basicDay))
        let signature = published.signer.signature(
            of: stringToSign, key: published.signer.signingKey(day: published.time.basicDay))
        #expect(canonical.text == (try published.file("header-canonical-request")), "\(name)")
        #expect(stringToSign == (try published.file("header-string-to-sign")), "\(name)")
        #expect(signature == (try published.file("header-signature")), "\(name)")
        let authorization = try #require(signed.headers["Authorization"])
        let wire = try published.file("header-signed-request")
        #expect(wire.contains("Authorization:\(authorization)"), "\(name)")
    }

    @Test("botocore's cases of our own services have theirs")
    func ourServices() throws {
        let file = try #require(Repository.testData).appending(path: "sigv4-extra.json")
        let cases = try #require(JSONValue(parsing: Array(Data(contentsOf: file))).array)
        #expect(cases.count >= 7)
        for known in cases {
            let authorization = try #require(known["headers_out"]?["Authorization"]?.string)
            let key = authorization.split(separator: "=")[1].prefix { $0 != "/" }
            let service = try #require(known["service"]?.string)
            var sample = SigningCase(
                method: try #require(known["method"]?.string),
                url: try #require(known["url"]?.string), service: service, isS3: service == "s3")
            sample.headers = (known["headers_in"]?.members ?? [])
                .map { [$0.name, $0.value.string ?? ""] }
            sample.body = Data((known["body"]?.string ?? "").utf8)
            sample.region = try #require(known["region"]?.string)
            sample.accessKeyID = String(key)
            sample.sessionToken = known["token"]?.string
            let steps = try sample.steps()
            #expect(steps.canonicalRequest == known["canonical_request"]?.string)
            #expect(steps.stringToSign == known["string_to_sign"]?.string)
            #expect(steps.signature == known["signature"]?.string)
            #expect(steps.authorization == authorization)
        }
    }
}

/// One folder of the published suite.
private struct PublishedCase {
    let request: HTTPRequest
    let signer: SigV4
    let time: UTCTime
    private let folder: URL

    init(folder: URL) throws {
        self.folder = folder
        let context = try JSONValue(
            parsing: Array(Data(contentsOf: folder.appending(path: "context.json"))))
        let credentials = try #require(context["credentials"])
        // Where the token is added after signing, the signature knows nothing of it.
        let isTokenSigned = context["omit_session_token"]?.bool != true
        signer = SigV4(
            credentials: Credentials(
                accessKeyID: try #require(credentials["access_key_id"]?.string),
                secretAccessKey: Secret(try #require(credentials["secret_access_key"]?.string)),
                sessionToken: isTokenSigned ? credentials["token"]?.string.map(Secret.init) : nil),
            region: try #require(context["region"]?.string),
            service: try #require(context["service"]?.string),
            path: .encodedAgain, sendsPayloadHash: context["sign_body"]?.bool == true)
        let timestamp = try #require(context["timestamp"]?.string)
        time = try #require(
            UTCTime(basic: timestamp.filter { $0 != "-" && $0 != ":" }))
        request = try Self.request(
            String(contentsOf: folder.appending(path: "request.txt"), encoding: .utf8),
            isNormalized: context["normalize"]?.bool == true)
    }

    func file(_ name: String) throws -> String {
        try String(contentsOf: folder.appending(path: "\(name).txt"), encoding: .utf8)
    }

    /// The suite writes requests raw: a path may hold spaces, and a field may go on in the next
    /// line.
    private static func request(_ text: String, isNormalized: Bool) throws -> HTTPRequest {
        let halves = text.components(separatedBy: "\n\n")
        var lines = halves[0].components(separatedBy: "\n").filter { !$0.isEmpty }
        let requestLine = lines.removeFirst()
        let method = String(requestLine.prefix { $0 != " " })
        let target = requestLine.dropFirst(method.count + 1).dropLast(" HTTP/1.1".count)
        let url = "https://example.amazonaws.com\(target)"
        var request = HTTPRequest(
            try #require(HTTPMethod(rawValue: method)),
            isNormalized ? PublishedForm.normalized(url) : url,
            body: HTTPBody(halves.count > 1 ? halves[1] : ""), name: CallName("Suite", "case"))
        var fields: [(String, String)] = []
        for line in lines {
            if line.hasPrefix(" "), let last = fields.popLast() {
                fields.append((last.0, "\(last.1)\n\(line)"))
            } else {
                let colon = try #require(line.firstIndex(of: ":"))
                fields.append((String(line[..<colon]), String(line[line.index(after: colon)...])))
            }
        }
        for (name, value) in fields { request.headers.add(name, value) }
        return request
    }
}
