import HTTP
import TestSupport
import Testing

@testable import AWS

struct IAMTests {
    private static let arn = "arn:aws:iam::123456789012:user/ses-smtp-user-a"

    @Test("A call is a form, signed for us-east-1 wherever the function runs")
    func form() throws {
        let client = FakeClient(Self.response("<UserName>u</UserName><Arn>\(Self.arn)</Arn>"))
        let user = try IAM(AWSSession.test(client)).createUser(
            "ses-smtp-user-a+b", tags: [("ses-mail:username", "a b"), ("Environment", "test")])
        #expect(user == IAM.User(name: "u", arn: Self.arn, tags: [:]))
        let request = try #require(client.requests.first)
        #expect(request.url == "https://iam.amazonaws.com/")
        #expect(
            request.headers["Content-Type"] == "application/x-www-form-urlencoded; charset=utf-8")
        #expect(request.headers["Host"] == "iam.amazonaws.com")
        #expect(request.headers["Authorization"]?.contains("/us-east-1/iam/") == true)
        #expect(
            Self.body(request)
                == "Action=CreateUser&Version=2010-05-08&UserName=ses-smtp-user-a%2Bb"
                + "&Tags.member.1.Key=ses-mail%3Ausername&Tags.member.1.Value=a%20b"
                + "&Tags.member.2.Key=Environment&Tags.member.2.Value=test")
    }

    @Test("A user is read with its tags, and one that is not there is nil")
    func user() throws {
        let client = FakeClient(
            Self.response(
                "<User><UserName>a</UserName><Arn>\(Self.arn)</Arn><Tags><member><Key>k</Key>"
                    + "<Value>1&amp;2</Value></member><member><Key>empty</Key><Value></Value>"
                    + "</member></Tags></User>"),
            Self.refusal(404, "NoSuchEntity"), Self.response("<User/>"))
        let iam = IAM(try AWSSession.test(client))
        #expect(
            try iam.user("a")
                == IAM.User(name: "a", arn: Self.arn, tags: ["k": "1&2", "empty": ""]))
        #expect(try iam.user("a") == nil)
        let error = #expect(throws: AWSError.self) { try iam.user("a") }
        #expect(error?.description == "IAM.GetUser answered in an unknown form: there is no user")
    }

    @Test("A list is read page after page")
    func pages() throws {
        let client = FakeClient(
            Self.response(
                "<AccessKeyMetadata><member><AccessKeyId>A</AccessKeyId><Status>Active</Status>"
                    + "</member></AccessKeyMetadata><IsTruncated>true</IsTruncated>"
                    + "<Marker>m/1&amp;</Marker>"),
            Self.response(
                "<AccessKeyMetadata><member><AccessKeyId>B</AccessKeyId><Status>Inactive</Status>"
                    + "</member></AccessKeyMetadata><IsTruncated>false</IsTruncated>"))
        let keys = try IAM(AWSSession.test(client)).accessKeys(of: "a")
        #expect(keys == [.init(id: "A", isActive: true), .init(id: "B", isActive: false)])
        #expect(
            client.requests.map(Self.body) == [
                "Action=ListAccessKeys&Version=2010-05-08&UserName=a",
                "Action=ListAccessKeys&Version=2010-05-08&UserName=a&Marker=m%2F1%26",
            ])
    }

    @Test("A list that does not end is an error, not a loop")
    func endless() throws {
        let client = FakeClient(
            Self.response("<IsTruncated>true</IsTruncated><Marker>m</Marker>"))
        #expect(throws: AWSError.self) { try IAM(AWSSession.test(client)).userNames() }
        #expect(client.requests.count == 100)
    }

    @Test("A policy is answered URL-encoded, and what is gone is nil or deleted")
    func gone() throws {
        let encoded = FakeClient(
            Self.response("<PolicyDocument>%7B%22a%22%3A%20%22b%2Bc%22%7D</PolicyDocument>"))
        #expect(
            try IAM(AWSSession.test(encoded)).policy(named: "p", of: "a") == #"{"a": "b+c"}"#)
        let client = FakeClient(Self.refusal(404, "NoSuchEntity"))
        let iam = IAM(try AWSSession.test(client))
        #expect(try iam.policy(named: "p", of: "a") == nil)
        try iam.deleteAccessKey("A", of: "a")
        try iam.deletePolicy(named: "p", of: "a")
        try iam.deleteUser("a")
        #expect(client.requests.count == 4)
        #expect(throws: AWSError.self) { try iam.setAccessKey("A", of: "a", active: true) }
    }

    @Test("A key is never made twice for one call, and its secret is never printed")
    func newKey() throws {
        let client = FakeClient(
            Self.response(
                "<AccessKeyId>A</AccessKeyId><SecretAccessKey>hidden</SecretAccessKey>"))
        let key = try IAM(AWSSession.test(client)).createAccessKey(for: "a")
        #expect(key.id == "A" && key.secret == Secret("hidden"))
        #expect(!"\(key)".contains("hidden"))
        let name = CallName("IAM", "CreateAccessKey")
        for outcome: Result<HTTPResponse, HTTPError> in [
            .failure(.timedOut(name)), .success(HTTPResponse(status: 500)),
        ] {
            let broken = FakeClient([outcome])
            #expect(throws: AWSError.self) {
                try IAM(AWSSession.test(broken)).createAccessKey(for: "a")
            }
            #expect(broken.requests.count == 1)
        }
    }

    @Test("Two keys are the limit, which is no reason to ask again")
    func limit() throws {
        let client = FakeClient(Self.refusal(409, "LimitExceeded"))
        let error = #expect(throws: AWSError.self) {
            try IAM(AWSSession.test(client)).createAccessKey(for: "a")
        }
        #expect(error?.code == "LimitExceeded")
        #expect(client.requests.count == 1)
    }

    private static func response(_ result: String) -> HTTPResponse {
        HTTPResponse(status: 200, body: Array("<Response><Result>\(result)</Result>".utf8))
    }

    private static func refusal(_ status: Int, _ code: String) -> HTTPResponse {
        let body = "<ErrorResponse><Error><Code>\(code)</Code></Error></ErrorResponse>"
        return HTTPResponse(status: status, body: Array(body.utf8))
    }

    private static func body(_ request: HTTPRequest) -> String {
        String(decoding: request.body.bytes ?? [], as: UTF8.self)
    }
}
