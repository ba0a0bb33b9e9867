import HTTP
import TestSupport
import Testing

@testable import AWS

struct IAMTests {
    /// One call, what it must send after `Action`, and the result in IAM's answer.
    struct Call: CustomTestStringConvertible, Sendable {
        let form: String
        var answer = ""
        let call: @Sendable (IAM) throws -> Void

        var operation: String { String(form.prefix { $0 != "&" }) }
        var testDescription: String { operation }
    }

    static let userAnswer = """
        <User>
        <Path>/</Path><UserName>ses-smtp-user-a&amp;b</UserName><UserId>AIDA</UserId>
        <Arn>arn:aws:iam::1:user/ses-smtp-user-a&amp;b</Arn>
        <Tags><member><Key>ses-mail:username</Key><Value>a&#x26;b&lt;&#99;&gt;&quot;&apos;</Value>
        </member><member><Value></Value><Key>Empty</Key></member><member><Key>None</Key><Value/>
        </member></Tags></User>
        """
    static let user = IAM.User(
        name: "ses-smtp-user-a&b", arn: "arn:aws:iam::1:user/ses-smtp-user-a&b",
        tags: ["ses-mail:username": "a&b<c>\"'", "Empty": "", "None": ""])
    static let calls: [Call] = [
        Call(form: "GetUser&Version=2010-05-08&UserName=a%2Bb%3Dc%2Cd%40e", answer: userAnswer) {
            let found = try $0.user("a+b=c,d@e")
            #expect(found == user)
        },
        Call(
            form: "CreateUser&Version=2010-05-08&UserName=john"
                + "&Tags.member.1.Key=ses-mail%3Ausername&Tags.member.1.Value=a%3Ab"
                + "&Tags.member.2.Key=Environment&Tags.member.2.Value=test",
            answer: userAnswer
        ) {
            let tags = [("ses-mail:username", "a:b"), ("Environment", "test")]
            let made = try $0.createUser(
                "john", tags: tags.map { (key: $0.0, value: $0.1) }, permissionsBoundary: nil)
            #expect(made == user)
        },
        Call(
            form: "CreateAccessKey&Version=2010-05-08&UserName=john",
            answer: "<AccessKey><UserName>john</UserName><AccessKeyId>AKIA1</AccessKeyId>"
                + "<Status>Active</Status><SecretAccessKey>a/b+c&amp;</SecretAccessKey></AccessKey>"
        ) {
            let key = try $0.createAccessKey(for: "john")
            #expect(key.id == "AKIA1")
            #expect(key.secret == Secret("a/b+c&"))
        },
        Call(
            form: "UpdateAccessKey&Version=2010-05-08&UserName=john&AccessKeyId=AKIA1"
                + "&Status=Inactive"
        ) { try $0.setAccessKey("AKIA1", of: "john", active: false) },
        Call(
            form: "UpdateAccessKey&Version=2010-05-08&UserName=john&AccessKeyId=AKIA1&Status=Active"
        ) { try $0.setAccessKey("AKIA1", of: "john", active: true) },
        Call(form: "DeleteAccessKey&Version=2010-05-08&UserName=john&AccessKeyId=AKIA1") {
            try $0.deleteAccessKey("AKIA1", of: "john")
        },
        Call(
            form: "PutUserPolicy&Version=2010-05-08&UserName=john&PolicyName=P"
                + "&PolicyDocument=%7B%22a%22%3A%22%2A%20%2B%25%26%3D%C3%A9%22%7D"
        ) { try $0.putPolicy(#"{"a":"* +%&=é"}"#, named: "P", of: "john") },
        Call(
            form: "GetUserPolicy&Version=2010-05-08&UserName=john&PolicyName=P",
            answer: "<PolicyDocument>%7B%22a%22%3A%22%2A%20%2B%25%26+%C3%A9%22%7D</PolicyDocument>"
        ) {
            let document = try $0.policy(named: "P", of: "john")
            #expect(document == #"{"a":"* +%&+é"}"#)
        },
        Call(
            form: "GetRolePolicy&Version=2010-05-08&RoleName=router&PolicyName=P",
            answer: "<PolicyDocument>%7B%7D</PolicyDocument>"
        ) {
            let document = try $0.policy(named: "P", ofRole: "router")
            #expect(document == "{}")
        },
        Call(
            form: "ListUserPolicies&Version=2010-05-08&UserName=john",
            answer: "<PolicyNames><member>A&amp;B</member><member>C</member></PolicyNames>"
                + "<IsTruncated>false</IsTruncated>"
        ) {
            let names = try $0.policyNames(of: "john")
            #expect(names == ["A&B", "C"])
        },
        Call(form: "DeleteUserPolicy&Version=2010-05-08&UserName=john&PolicyName=P") {
            try $0.deletePolicy(named: "P", of: "john")
        },
        Call(form: "DeleteUser&Version=2010-05-08&UserName=john") { try $0.deleteUser("john") },
    ]

    @Test("A call is a form, whole, and its answer is read", arguments: calls + boundaryCalls)
    func form(call: Call) throws {
        let client = FakeClient(HTTPResponse(call.operation, call.answer))
        try call.call(IAM(AWSSession.test(client)))
        let request = try #require(client.requests.first)
        #expect(client.requests.count == 1)
        #expect(request.method == .post)
        #expect(request.url == "https://iam.amazonaws.com/")
        #expect(
            request.headers["Content-Type"] == "application/x-www-form-urlencoded; charset=utf-8")
        let scope = request.headers["Authorization"]?.contains("/us-east-1/iam/aws4_request")
        #expect(scope == true)
        #expect(
            String(decoding: request.body.bytes ?? [], as: UTF8.self) == "Action=\(call.form)")
    }

    @Test("What is not there is nil, or deleted already")
    func noSuch() throws {
        let client = FakeClient(HTTPResponse(404, refusal: "NoSuchEntity"))
        let iam = IAM(try AWSSession.test(client))
        #expect(try iam.user("john") == nil)
        #expect(try iam.policy(named: "P", of: "john") == nil)
        #expect(try iam.policy(named: "P", ofRole: "router") == nil)
        try iam.deleteUser("john")
        try iam.deletePolicy(named: "P", of: "john")
        try iam.deleteAccessKey("AKIA1", of: "john")
        #expect(throws: AWSError.self) { try iam.accessKeys(of: "john") }
        #expect(throws: AWSError.self) { try iam.policyNames(of: "john") }
        #expect(throws: AWSError.self) { try iam.putPolicy("{}", named: "P", of: "john") }
        #expect(throws: AWSError.self) { try iam.setAccessKey("AKIA1", of: "john", active: true) }
        #expect(throws: AWSError.self) { try iam.createAccessKey(for: "john") }
    }

    @Test("A refusal is known by its code, whatever the call")
    func refused() throws {
        let client = FakeClient(HTTPResponse(409, refusal: "DeleteConflict"))
        let error = #expect(throws: AWSError.self) {
            try IAM(AWSSession.test(client)).deleteUser("john")
        }
        #expect(error?.code == "DeleteConflict")
        #expect(error?.description == "IAM.DeleteUser was refused: DeleteConflict (409): Why & how")
    }

    @Test("A list goes on from its marker to its end")
    func pages() throws {
        let client = FakeClient(
            HTTPResponse(
                "ListUsers",
                "<Users><member><UserName>a</UserName></member></Users>"
                    + "<IsTruncated>true</IsTruncated><Marker>m/1&amp;=</Marker>"),
            HTTPResponse(
                "ListUsers",
                "<Users><member><UserName>b</UserName></member><member><UserName>c</UserName>"
                    + "</member></Users><IsTruncated>true</IsTruncated><Marker>m2</Marker>"),
            HTTPResponse("ListUsers", "<Users/><IsTruncated>false</IsTruncated>"))
        #expect(try IAM(AWSSession.test(client)).userNames() == ["a", "b", "c"])
        #expect(
            client.requests.map { String(decoding: $0.body.bytes ?? [], as: UTF8.self) } == [
                "Action=ListUsers&Version=2010-05-08",
                "Action=ListUsers&Version=2010-05-08&Marker=m%2F1%26%3D",
                "Action=ListUsers&Version=2010-05-08&Marker=m2",
            ])
    }

    @Test("A list without an end is an error")
    func endless() throws {
        let client = FakeClient(
            HTTPResponse("ListUsers", "<IsTruncated>true</IsTruncated><Marker>m</Marker>"))
        let error = #expect(throws: AWSError.self) {
            try IAM(AWSSession.test(client)).userNames()
        }
        #expect(
            error?.description
                == "IAM.ListUsers has more than 1000 pages, and the rest was not read")
        #expect(client.requests.count == 1000)
    }

    @Test("Keys are active or not")
    func keys() throws {
        let client = FakeClient(
            HTTPResponse(
                "ListAccessKeys",
                "<AccessKeyMetadata><member><AccessKeyId>A</AccessKeyId><Status>Active</Status>"
                    + "</member><member><Status>Inactive</Status><AccessKeyId>B</AccessKeyId>"
                    + "</member></AccessKeyMetadata><IsTruncated>false</IsTruncated>"))
        #expect(
            try IAM(AWSSession.test(client)).accessKeys(of: "john") == [
                IAM.AccessKey(id: "A", isActive: true), IAM.AccessKey(id: "B", isActive: false),
            ])
        #expect(
            String(decoding: client.requests[0].body.bytes ?? [], as: UTF8.self)
                == "Action=ListAccessKeys&Version=2010-05-08&UserName=john")
    }

    @Test("A key that may have been made is not made again, and what cannot be read is not told")
    func keyOnce() throws {
        let client = FakeClient([.failure(.timedOut(CallName("IAM", "CreateAccessKey")))])
        #expect(throws: AWSError.self) {
            try IAM(AWSSession.test(client)).createAccessKey(for: "john")
        }
        #expect(client.requests.count == 1)
        let failing = FakeClient(HTTPResponse(500, refusal: "ServiceFailure"))
        #expect(throws: AWSError.self) {
            try IAM(AWSSession.test(failing)).createAccessKey(for: "john")
        }
        #expect(failing.requests.count == 1)
        let odd = FakeClient(
            HTTPResponse("CreateAccessKey", "<SecretAccessKey>hush</SecretAccessKey>"))
        let error = #expect(throws: AWSError.self) {
            try IAM(AWSSession.test(odd)).createAccessKey(for: "john")
        }
        #expect(
            error?.description
                == "IAM.CreateAccessKey answered in an unknown form: there is no key")
    }

    @Test(
        "A user that cannot be read is an error, never no user", arguments: ["", "<User/>", "{}"])
    func oddUser(answer: String) throws {
        let client = FakeClient(HTTPResponse("GetUser", answer))
        #expect(throws: AWSError.self) { try IAM(AWSSession.test(client)).user("john") }
    }

    @Test("A key whose id IAM refuses as malformed is no key, and so is deleted")
    func malformedKey() throws {
        let client = FakeClient(HTTPResponse(400, refusal: "ValidationError"))
        try IAM(AWSSession.test(client)).deleteAccessKey("a b", of: "john")
        #expect(client.requests.count == 1)
    }

    @Test("Another endpoint is another endpoint, and the region stays IAM's")
    func endpoint() throws {
        let client = FakeClient(HTTPResponse("DeleteUser", ""))
        try IAM(AWSSession.test(client, ["AWS_ENDPOINT_URL_IAM": "http://127.0.0.1:1"]))
            .deleteUser("john")
        #expect(client.requests[0].url == "http://127.0.0.1:1/")
        #expect(client.requests[0].headers["Authorization"]?.contains("/us-east-1/iam/") == true)
    }
}
