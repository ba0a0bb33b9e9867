import TestSupport
import Testing

/// A setting that cannot be right is named, and nobody is asked.
@Suite(.waiting)
struct SettingTests {
    static let wrongSettings: [([String], [String: String], String)] = [
        (
            [], ["AWS_ENDPOINT_URL": "garbage"],
            "AWS_ENDPOINT_URL is not an address: set it to one like"
        ),
        ([], ["AWS_ENDPOINT_URL": "http://"], "AWS_ENDPOINT_URL is not an address"),
        ([], ["AWS_ENDPOINT_URL": "http://a b"], "AWS_ENDPOINT_URL is not an address"),
        (
            [], ["AWS_ENDPOINT_URL_DYNAMODB": "localhost:4566"],
            "AWS_ENDPOINT_URL_DYNAMODB is not an address"
        ),
        (
            [], ["AWS_REGION": "eu west"],
            "The region of AWS_REGION or the profile is not valid (eu west): give"
        ),
        (
            ["--region", "garbage"], [:],
            "The region of --region is not valid (garbage): give one like eu-west-1."
        ),
        (["--region", "eu-west-1/x"], [:], "The region of --region is not valid"),
        (["--region=-west-1"], [:], "The region of --region is not valid"),
        ([], ["AWS_ACCESS_KEY_ID": "AKID\n"], "The access key id of the environment (AWS_…) has a"),
        ([], ["AWS_SECRET_ACCESS_KEY": "SEC\u{1}RET"], "The secret access key of the environment"),
        ([], ["AWS_SESSION_TOKEN": "a b"], "The session token of the environment"),
        (
            [], ["AWS_ACCESS_KEY_ID": "\"AKID\""],
            "The access key id of the environment (AWS_…) is in quotation marks, which no key has: "
                + "set it without them."
        ),
        (
            [], ["AWS_SECRET_ACCESS_KEY": "'SECRET'"],
            "The secret access key of the environment (AWS_…) is in quotation marks"
        ),
    ]

    @Test("A wrong setting is a wrong usage, and names itself", arguments: wrongSettings.indices)
    func wrong(index: Int) throws {
        let server = try LoopbackServer(answers: [Answer(500)])
        defer { server.stop() }
        let (arguments, variables, words) = Self.wrongSettings[index]
        let usual = ConventionTests.keys.merging(["AWS_ENDPOINT_URL": server.url]) { $1 }
        let run = try CommandRun(
            ["rules", "list", "--env", "test"] + arguments,
            environment: usual.merging(variables) { $1 })
        #expect(run.status == 64)
        #expect(run.output.isEmpty)
        #expect(run.sentence.hasPrefix("ses-mail: \(words)"), "\(run.complaint)")
        #expect(!run.complaint.contains("RET"))
        #expect(server.connectionCount == 0)
    }

    @Test(
        "What AWS has is none of these",
        arguments: ["us-gov-west-1", "us-isob-east-1", "il-central-1", "ap-southeast-2"])
    func right(region: String) throws {
        let server = try LoopbackServer(answers: [Answer(200, [], #"{"Items": []}"#)])
        defer { server.stop() }
        let run = try CommandRun(["rules", "list", "--region", region], at: server.url)
        #expect(run.status == 0)
    }
}
