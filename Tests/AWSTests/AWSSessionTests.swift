import HTTP
import Process
import TestSupport
import Testing

@testable import AWS

struct AWSSessionTests {
    @Test(
        "A variable that is missing is named",
        arguments: ["AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"])
    func missing(name: String) {
        let variables = AWSSession.variables.filter { $0.key != name }
        #expect(throws: ConfigurationError.missing(name)) {
            try AWSSession(
                Environment(variables), http: FakeClient(HTTPResponse(status: 200)),
                pacing: FakeTime().pacing)
        }
    }

    @Test("A service's own endpoint wins over the general one, without its slash")
    func endpoints() throws {
        let client = FakeClient(HTTPResponse(status: 200))
        let session = try AWSSession.test(
            client,
            ["AWS_ENDPOINT_URL": "http://all/", "AWS_ENDPOINT_URL_SSM": "http://ssm:1/base"])
        #expect(session.endpointOverride("SSM") == "http://ssm:1/base")
        #expect(session.endpointOverride("S3") == "http://all")
        #expect(try AWSSession.test(client).endpointOverride("S3") == nil)
    }

    @Test(
        "Requests go to the region's endpoint of their service",
        arguments: [
            ("mails", "emails/a b", "https://mails.s3.ap-southeast-2.amazonaws.com/emails/a%20b"),
            ("my.mails", "k", "https://s3.ap-southeast-2.amazonaws.com/my.mails/k"),
            (
                "mails", "a//../é+?#",
                "https://mails.s3.ap-southeast-2.amazonaws.com/a//../%C3%A9%2B%3F%23"
            ),
        ])
    func buckets(bucket: String, key: String, expected: String) throws {
        let storage = S3(try AWSSession.test(FakeClient(HTTPResponse(status: 200))))
        #expect(storage.url(bucket: bucket, key: key) == expected)
    }

    @Test("An overridden S3 endpoint takes path style")
    func pathStyle() throws {
        let storage = S3(
            try AWSSession.test(
                FakeClient(HTTPResponse(status: 200)), ["AWS_ENDPOINT_URL": "http://127.0.0.1:1/"]))
        #expect(storage.url(bucket: "mails", key: "a/b") == "http://127.0.0.1:1/mails/a/b")
    }

    @Test("Neither secret shows in what a session prints")
    func secrets() throws {
        let session = try AWSSession.test(FakeClient(HTTPResponse(status: 200)))
        var dumped = ""
        dump(session.credentials, to: &dumped)
        for text in ["\(session.credentials)", String(reflecting: session.credentials), dumped] {
            #expect(!text.contains("secret\"") && !text.contains("FwoG"))
        }
    }
}
