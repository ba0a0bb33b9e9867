import AWS
import Foundation
import HTTP
import TestSupport
import Text

/// A request to sign, in a form that botocore can be asked about too.
struct SigningCase: Codable {
    var method = "GET"
    var url: String
    /// Name and value of each field.
    var headers: [[String]] = []
    var body = Data()
    var service: String
    var region = "ap-southeast-2"
    var accessKeyID = "ASIAEXAMPLE"
    var secretAccessKey = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
    var sessionToken: String?
    var timestamp = "20250118T100000Z"
    var isS3 = false

    var description: String { "\(service) \(method) \(url)" }

    var signer: SigV4 {
        SigV4(
            credentials: Credentials(
                accessKeyID: accessKeyID, secretAccessKey: Secret(secretAccessKey),
                sessionToken: sessionToken.map(Secret.init)),
            region: region, service: service,
            path: isS3 ? .verbatim : .encodedAgain, sendsPayloadHash: isS3)
    }

    var request: HTTPRequest {
        // botocore resolves dots for every service but S3.
        var request = HTTPRequest(
            HTTPMethod(rawValue: method) ?? .get, isS3 ? url : PublishedForm.normalized(url),
            body: HTTPBody(Array(body)), name: CallName("Test", "sign"))
        for field in headers { request.headers.add(field[0], field[1]) }
        return request
    }

    /// What our signer makes of it, step by step.
    func steps() throws -> SigningSteps {
        let signer = signer
        guard let time = UTCTime(basic: timestamp) else { throw Malformed() }
        let signed = signer.signed(request, at: time)
        let canonical = signer.canonicalRequest(
            signed, payloadHash: Hex.encode(Digest.sha256(Array(body))))
        let stringToSign = SigV4.stringToSign(
            canonical.text, timestamp: time.basic, scope: signer.scope(day: time.basicDay))
        return SigningSteps(
            canonicalRequest: canonical.text, stringToSign: stringToSign,
            signature: signer.signature(
                of: stringToSign, key: signer.signingKey(day: time.basicDay)),
            authorization: signed.headers["Authorization"] ?? "")
    }

    struct Malformed: Error {}
}

/// The three steps of a signature, and the header that it travels in.
struct SigningSteps: Codable, Equatable {
    let canonicalRequest: String
    let stringToSign: String
    let signature: String
    let authorization: String
}

/// botocore's answers, of one process for all cases.
enum Botocore {
    struct Missing: Error, CustomStringConvertible {
        let description: String
    }

    static func steps(for cases: [SigningCase]) throws -> [String] {
        let python = Repository.root.appending(path: ".venv/bin/python")
        guard FileManager.default.isExecutableFile(atPath: python.path) else {
            throw Missing(
                description: "there is no .venv/bin/python with botocore: run `make setup`, or "
                    + "python3 -m venv .venv && .venv/bin/pip install -r scripts/requirements.txt")
        }
        let encoder = JSONEncoder()
        let lines = try cases.map { String(decoding: try encoder.encode($0), as: UTF8.self) }
        let run = try ProgramRun(
            python, ["Tests/AWSTests/Fixtures/botocore_oracle.py"],
            environment: ["PYTHONDONTWRITEBYTECODE": "1"], folder: Repository.root,
            input: lines.joined(separator: "\n"))
        guard run.status == 0 else {
            throw Missing(description: "botocore's process ended with \(run.status)")
        }
        return run.output.split(separator: "\n").map(String.init)
    }
}
