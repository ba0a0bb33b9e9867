import HTTP
import TestSupport
import Testing
import Text

struct HTTPValueTests {
    @Test("Names of fields are compared without ASCII case, and no other")
    func headers() {
        var headers: HTTPHeaders = ["Set-Cookie": "a", "set-cookie": "b", "K": "1"]
        #expect(headers["SET-COOKIE"] == "a")
        #expect(headers["\u{212A}"] == nil)
        headers.replace("Set-cookie", "c")
        headers.add("x", "d")
        #expect(headers.fields.map { "\($0.name)=\($0.value)" } == ["K=1", "Set-cookie=c", "x=d"])
    }

    @Test("A secret is never printed")
    func secret() {
        struct Holder {
            let secret = Secret("hidden")
            let list = [Secret("hidden")]
        }
        var dumped = ""
        dump(Holder(), to: &dumped)
        for text in ["\(Holder())", String(reflecting: Holder()), dumped, "\(Secret("hidden"))"] {
            #expect(!text.contains("hidden"), "\(text)")
        }
        #expect(Secret("a") == Secret("a") && Secret("a") != Secret("b"))
    }

    @Test(
        "A body in one piece is known as such",
        arguments: [
            (.empty, []), (HTTPBody([]), []), (HTTPBody("é"), [0xC3, 0xA9]),
            (HTTPBody(parts: [.bytes([1]), .bytes([2])]), nil),
            (HTTPBody(parts: [.file(descriptor: 0, offset: 0, count: 1)]), nil),
        ] as [(HTTPBody, [UInt8]?)])
    func pieces(body: HTTPBody, expected: [UInt8]?) {
        #expect(body.bytes == expected)
    }

    @Test("Every error says in one sentence what happened, and whether it may have happened")
    func errors() {
        let name = CallName("S3", "GetObject")
        let errors: [(HTTPError, String, Bool)] = [
            (.notSent(name, reason: "r"), "S3.GetObject was not sent: r", false),
            (.timedOut(name), "S3.GetObject was sent, and no answer came in time", true),
            (
                .connectionLost(name, reason: "r"),
                "S3.GetObject was sent, and the connection broke: r", true
            ),
            (.bodyTooLarge(name), "S3.GetObject answered with more bytes than are taken", true),
            (.fileFailed(name, reason: "r"), "S3.GetObject could not use its file: r", true),
            (.misconfigured(name, reason: "r"), "S3.GetObject could not be prepared: r", false),
        ]
        for (error, description, isUnknown) in errors {
            #expect(error.description == description)
            #expect(error.isOutcomeUnknown == isUnknown)
        }
    }
}
