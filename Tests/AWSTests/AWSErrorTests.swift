import HTTP
import TestSupport
import Testing

@testable import AWS

struct AWSErrorTests {
    private static let dynamoDB = "com.amazonaws.dynamodb.v20120810#"
    private static let gateway = "<html><head><title>502 Bad Gateway</title></head></html>"

    @Test(
        "The code and the message are found in any of AWS's protocols",
        arguments: [
            (
                400, [:], #"{"__type":"\#(dynamoDB)ThrottlingException","message":"slow"}"#,
                "ThrottlingException", "slow"
            ),
            (
                400, [:], #"{"__type":"ValidationException","Message":"bad"}"#,
                "ValidationException", "bad"
            ),
            (
                400, ["x-amzn-ErrorType": "ParameterNotFound:http://internal.amazon.com/x/"], "{}",
                "ParameterNotFound", ""
            ),
            (
                404, ["X-Amzn-Errortype": "a.b#NotFoundException"], #"{"message":"none"}"#,
                "NotFoundException", "none"
            ),
            (
                429, [:], #"{"code":"TooManyRequestsException","message":"later"}"#,
                "TooManyRequestsException", "later"
            ),
            (
                404, [:],
                "<ErrorResponse><Error><Type>Sender</Type><Code>NoSuchEntity</Code>"
                    + "<Message>The user &lt;x&gt; &amp; co&#33;</Message></Error></ErrorResponse>",
                "NoSuchEntity", "The user <x> & co!"
            ),
            (
                404, [:],
                "<?xml version=\"1.0\"?>\n<Error><Code>NoSuchKey</Code>"
                    + "<Message>The key is not there.</Message><Key>k</Key></Error>",
                "NoSuchKey", "The key is not there."
            ),
            (502, [:], gateway, "HTTP 502", ""), (503, [:], "", "HTTP 503", ""),
            (500, [:], "[]", "HTTP 500", ""), (500, [:], #"{"__type":7}"#, "HTTP 500", ""),
            (400, [:], #"{"__type":"x#"}"#, "x", ""), (301, [:], "", "HTTP 301", ""),
            (400, [:], "{\"__type\":\"A\",\"message\":\"\u{FFFD}\"}", "A", "\u{FFFD}"),
            (403, [:], "<Error><Code>AccessDenied</Code><Message>cut off", "AccessDenied", ""),
        ] as [(Int, HTTPHeaders, String, String, String)])
    func decoded(
        status: Int, headers: HTTPHeaders, body: String, code: String, message: String
    ) throws {
        let response = HTTPResponse(status: status, headers: headers, body: Array(body.utf8))
        #expect(
            AWSRefusal(response) == AWSRefusal(code: code, message: message, status: status))
    }

    @Test("A success is no error, whatever it says", arguments: [200, 204, 299])
    func success(status: Int) {
        let body = Array(#"{"__type":"ThrottlingException"}"#.utf8)
        #expect(AWSRefusal(HTTPResponse(status: status, body: body)) == nil)
    }

    @Test("A description holds neither a token nor an address, and is short")
    func description() {
        let secrets = [
            ("InvalidSignatureException", "The canonical string was x-amz-security-token:FwoG"),
            ("SignatureDoesNotMatch", "FwoG"), ("ExpiredToken", "The token FwoG has expired"),
            ("InvalidClientTokenId", "FwoG"), ("UnrecognizedTokenException", "FwoG"),
            ("MessageRejected", "Address not verified: FwoG@example.com"),
        ]
        for (code, message) in secrets {
            let refusal = AWSRefusal(code: code, message: message, status: 400)
            #expect(
                "\(AWSError.refused(CallName("S", "O"), refusal))"
                    == "S.O was refused: \(code) (400)")
        }
        let long = AWSRefusal(code: "A", message: String(repeating: "é", count: 1000), status: 400)
        #expect(long.description == "A (400): " + String(repeating: "é", count: 300))
    }

    @Test("Every error says in one sentence what happened")
    func sentences() {
        let name = CallName("DynamoDB", "BatchGetItem")
        #expect(
            AWSError.undecodable(name, reason: "no JSON").description
                == "DynamoDB.BatchGetItem answered in an unknown form: no JSON")
        #expect(
            AWSError.incomplete(name, leftOver: 3).description
                == "DynamoDB.BatchGetItem left 3 keys unread")
        #expect(
            AWSError.unanswered(.timedOut(name)).description
                == "DynamoDB.BatchGetItem was sent, and no answer came in time")
    }

    @Test(
        "Elements are found by name and their character references resolved",
        arguments: [
            ("<A>x</A>", "x"), ("<B><A></A></B>", ""), ("<A>1</A><A>2</A>", "1"),
            ("<A>&lt;&gt;&amp;&quot;&apos;&#65;&#x42;</A>", "<>&\"'AB"),
            ("<A>&unknown; & &#xD800; &#1114112;</A>", "&unknown; & &#xD800; &#1114112;"),
            // A mark that makes one Character with the semicolon before it, and signs.
            ("<A>&lt;\u{301}&#65;\u{301}</A>", "<\u{301}A\u{301}"),
            ("<A>&#+65;&#x-1;&#;</A>", "&#+65;&#x-1;&#;"),
            ("<A>\r\né</A>", "\r\né"), ("<AB>x</AB>", nil), ("<A>x", nil), ("x</A>", nil),
            ("", nil), ("<A", nil), ("</A><A>", nil),
        ] as [(String, String?)])
    func xml(document: String, expected: String?) {
        #expect(XMLText.first("A", in: Array(document.utf8)) == expected)
    }

    @Test("All elements of a name come in their order")
    func elements() {
        let document = Array("<L><m><N>a</N></m><m/><m><N>b</N></m></L>".utf8)
        #expect(XMLText.elements("N", in: document).map { XMLText.text($0) } == ["a", "b"])
        #expect(XMLText.elements("N", in: document, limit: 1).count == 1)
    }
}
