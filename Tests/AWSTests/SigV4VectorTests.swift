import Foundation
import TestSupport
import Testing

@testable import AWS

struct SigV4VectorTests {
    @Test("The requests that we make are signed as botocore signed them once")
    func vectors() throws {
        let isRecording = ProcessInfo.processInfo.environment["RECORD_SNAPSHOTS"] == "1"
        let recorded =
            isRecording ? try Botocore.steps(for: Self.samples).joined(separator: "\n") : ""
        let answers = try GoldenFile("botocore.jsonl").accepted(recorded)
            .split(separator: "\n")
        try #require(answers.count == Self.samples.count)
        for (sample, answer) in zip(Self.samples, answers) {
            let expected = try JSONDecoder().decode(SigningSteps.self, from: Data(answer.utf8))
            #expect(try sample.steps() == expected, "\(sample.description)")
        }
    }

    private static let token = "FwoGZXIvYXdzEXAMPLETOKEN//////////wEaDH+/="
    private static let bucket = "https://mails.s3.ap-southeast-2.amazonaws.com"

    /// What S3 keys can look like: each is a path as our client sends it.
    private static let keys = [
        "/emails/abc123", "/emails/a%20b%2Bc%C3%A9~d%40e//f/../g", "/.", "/..", "/a/./b//",
        "/%25/%2E%2E", "/-_.~%21%2A%27%28%29%3B%3A%40%26%3D%2B%24%2C%3F%23%5B%5D", "/%E2%84%AA",
    ]

    private static let samples: [SigningCase] =
        keys.flatMap { key in
            ["GET", "DELETE"].map {
                SigningCase(
                    method: $0, url: bucket + key, service: "s3", sessionToken: token, isS3: true)
            }
        } + [
            SigningCase(url: bucket + "/emails/abc123", service: "s3", isS3: true),
            SigningCase(
                url: "http://127.0.0.1:5000/mails/emails/abc123", service: "s3",
                sessionToken: token, isS3: true),
            SigningCase(
                url: "https://s3.ap-southeast-2.amazonaws.com:443/dotted.bucket/k", service: "s3",
                isS3: true),
        ]
        + [nil, token].flatMap { token in
            [
                json(
                    "https://dynamodb.ap-southeast-2.amazonaws.com/", "dynamodb",
                    [
                        ["Content-Type", "application/x-amz-json-1.0"],
                        ["X-Amz-Target", "DynamoDB_20120810.BatchGetItem"],
                    ], #"{"RequestItems":{"t":{"Keys":[{"PK":{"S":"ROUTE#*"}}]}}}"#, token),
                json(
                    "https://ssm.ap-southeast-2.amazonaws.com/", "ssm",
                    [
                        ["Content-Type", "application/x-amz-json-1.1"],
                        ["X-Amz-Target", "AmazonSSM.GetParameter"],
                    ], #"{"Name":"/ses-mail/test/é","WithDecryption":true}"#, token),
                json(
                    "https://email.ap-southeast-2.amazonaws.com/v2/email/outbound-emails", "ses",
                    [["Content-Type", "application/json"]], #"{"FromEmailAddress":"a@b"}"#, token),
                json(
                    "http://127.0.0.1:5000/v2/email/outbound-emails", "ses",
                    [["Content-Type", "application/json"]], "{}", token),
                json(
                    "https://iam.amazonaws.com/", "iam",
                    [["Content-Type", "application/x-www-form-urlencoded; charset=utf-8"]],
                    "Action=CreateUser&Version=2010-05-08&UserName=a%2Bb", token,
                    region: "us-east-1"),
            ]
        }

    private static func json(
        _ url: String, _ service: String, _ headers: [[String]], _ body: String, _ token: String?,
        region: String = "ap-southeast-2"
    ) -> SigningCase {
        SigningCase(
            method: "POST", url: url, headers: headers, body: Data(body.utf8), service: service,
            region: region, sessionToken: token)
    }
}
