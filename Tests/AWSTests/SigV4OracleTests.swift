import Foundation
import HTTP
import JSON
import TestSupport
import Testing
import Text

@testable import AWS

struct SigV4OracleTests {
    @Test("botocore signs 2,000 random requests as we do")
    func oracle() throws {
        var random = SeededGenerator(seed: 7)
        let cases = (0..<2000).map { _ in Self.randomCase(&random) }
        let answers = try Botocore.steps(for: cases)
        try #require(answers.count == cases.count)
        for (sample, answer) in zip(cases, answers) {
            let expected = try JSONDecoder().decode(SigningSteps.self, from: Data(answer.utf8))
            #expect(try sample.steps() == expected, "\(sample)")
        }
    }

    private static func randomCase(_ random: inout SeededGenerator) -> SigningCase {
        let isS3 = Bool.random(using: &random)
        let service = isS3 ? "s3" : pick(["dynamodb", "ssm", "ses", "iam", "kms"], &random)
        let host = pick(
            [
                "https://\(service).us-east-1.amazonaws.com", "http://127.0.0.1:5000",
                "https://example.com:443", "http://example.com:80", "http://example.com:443",
            ], &random)
        var sample = SigningCase(
            method: pick(["GET", "POST", "PUT", "DELETE"], &random),
            url: host + path(&random) + query(&random), service: service, isS3: isS3)
        sample.headers = (0..<Int.random(in: 0...4, using: &random)).map { _ in
            [
                pick(["Content-Type", "x-amz-meta-A", "X-AMZ-META-a", "b", "User-Agent"], &random),
                (0..<Int.random(in: 0...5, using: &random))
                    .map { _ in pick(["v", "V", " ", "\t", ",", "\"", "=/+", "  "], &random) }
                    .joined(),
            ]
        }
        sample.body = Data(random.hostileText().utf8)
        sample.region = pick(["us-east-1", "ap-southeast-2"], &random)
        sample.secretAccessKey = random.hostileText()
        sample.sessionToken = Bool.random(using: &random) ? "t/+=\(random.next())" : nil
        sample.timestamp = pick(["20250118T100000Z", "20241231T235959Z"], &random)
        return sample
    }

    /// botocore reads a dot at the very end otherwise than RFC 3986, so none stands there.
    private static func path(_ random: inout SeededGenerator) -> String {
        let segments = (0..<Int.random(in: 0...5, using: &random)).map { _ in
            pick([".", "..", "", "a", "%2E", "é~", "a b", "*'()", "x+y=z@:,;$&!"], &random)
        }
        let encoded = segments.map { PercentEncoding.encode($0) }
        return encoded.map { "/\($0)" }.joined() + "/" + pick(["", "end", "%25"], &random)
    }

    private static func query(_ random: inout SeededGenerator) -> String {
        let pairs = (0..<Int.random(in: 0...4, using: &random)).map { _ in
            let key = PercentEncoding.encode(
                pick(["a", "A", "b", "é", "a-", "a~", "a+b"], &random))
            let value = PercentEncoding.encode(pick(["", "1", "2", " ", "=&", "+", "ü"], &random))
            return "\(key)=\(value)"
        }
        return pairs.isEmpty ? "" : "?" + pairs.joined(separator: "&")
    }

    private static func pick(_ choices: [String], _ random: inout SeededGenerator) -> String {
        choices.randomElement(using: &random) ?? ""
    }
}
