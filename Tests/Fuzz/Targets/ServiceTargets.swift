import Text

@testable import AWS
@testable import Gmail
@testable import HTTP
@testable import Lambda

extension FuzzTarget {
    static let serviceTargets = [
        FuzzTarget(
            name: "xml",
            seeds: [
                FuzzInput.seed("<Error><Code>A</Code><Message>a &lt; &#x41;&#66;&amp;</Message>"),
                FuzzInput.seed("<UserName>a</UserName><UserName></UserName>&;"),
            ],
            words: [
                "<Code>", "</Code>", "<Message>", "</Message>", "&lt;", "&#x", "&#", ";", "&amp;",
                "&quot;", "&#x110000;", "&#xD800;", "<UserName>", "</UserName>",
            ],
            growing: [
                GrowingInput("", "<UserName>", ""), GrowingInput("", "<UserName></UserName>", ""),
                GrowingInput("", "&", ""), GrowingInput("", "&#x", ";"), GrowingInput("", "<", ""),
                GrowingInput("<UserName>", "</UserName", ">"),
            ]
        ) { input in
            let text = input.text
            let escaped = text.unicodeScalars.map { scalar in
                switch scalar {
                case "&": "&amp;"
                case "<": "&lt;"
                case ">": "&#62;"
                case "\"": "&#x22;"
                default: String(scalar)
                }
            }.joined()
            require(XMLText.text(Array(escaped.utf8)).hasSameBytes(as: text), "text is read back")
            let document = "<A><Code>\(escaped)</Code></A>"
            let read = XMLText.first("Code", in: Array(document.utf8))
            require(read?.hasSameBytes(as: text) == true, "an element is read back")
            _ = XMLText.text(input.bytes)
            let elements = XMLText.elements("UserName", in: input.bytes)
            require(elements.reduce(0) { $0 + $1.count } <= input.bytes.count, "the elements' size")
            return nil
        },
        FuzzTarget(
            name: "http-answers",
            seeds: [
                FuzzInput.seed(
                    "HTTP/1.1 400 Bad Request\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
                        + "x-amzn-errortype: A#B:c", #"{"__type":"a#b","message":"m"}"#),
                FuzzInput.seed(
                    "HTTP/2 403",
                    #"{"error":{"message":"a@b","errors":[{"reason":"quotaExceeded"}]}}"#),
                FuzzInput.seed("HTTP/1.1 100\r\n\r\nHTTP/1.1 500 \r\nA:b", "<Code>C</Code>"),
            ],
            words: [
                "HTTP/1.1 ", "\r\n", ": ", "x-amzn-errortype", "Date", "\"error\":{",
                "\"message\":",
                "\"errors\":[{\"reason\":", "\"__type\":", "\"Item\":{", "%40", "@", "Root=", ";",
            ],
            growing: [
                GrowingInput("HTTP/1.1 400\n", "A#: b\n", ""),
                GrowingInput("HTTP/1.1 400\n\u{1E}{\"error\":{\"message\":\"", "a@b #", "\"}}"),
                GrowingInput("HTTP/1.1 400\n\u{1E}", "Root=#;", ""),
                GrowingInput("HTTP/1.1 400\n\u{1E}<Code>", "#:", "</Code>"),
            ]
        ) { input in
            let transfer = Transfer(HTTPRequest(.get, "http://a", name: CallName("A", "b")))
            for line in input[0].split(separator: "\n", omittingEmptySubsequences: false) {
                var line = Array(line.utf8)
                let taken = line.withUnsafeMutableBytes { bytes in
                    Transfer.receiveHeader(
                        bytes.baseAddress?.assumingMemoryBound(to: CChar.self), 1, bytes.count,
                        Unmanaged.passUnretained(transfer).toOpaque())
                }
                require(taken == line.count || line.isEmpty, "a line is taken")
            }
            for field in transfer.headers.fields.prefix(50) {
                let trimmed = field.value.trimmingASCIIWhitespace
                require(trimmed.hasSameBytes(as: field.value), "no blanks around a value")
                require(!field.name.utf8.contains(UInt8(ascii: ":")), "a name has no colon")
                require(transfer.headers[field.name] != nil, "a field is found")
            }
            checkAnswer(
                HTTPResponse(
                    status: transfer.status, headers: transfer.headers, body: Array(input[1].utf8)))
            _ = TraceHeader(input[1])
            return nil
        },
    ]

    private static func checkAnswer(_ answer: HTTPResponse) {
        if let refusal = AWSRefusal(answer) {
            require(!answer.isSuccess, "a refusal is no success")
            _ = (refusal.description, refusal.isThrottling, refusal.isClockSkew)
            require(
                !refusal.description.utf8.contains(UInt8(ascii: "@"))
                    || refusal.code.utf8.contains(UInt8(ascii: "@")), "no address in a log")
        }
        let message = GmailAnswer.message(answer)
        for text in [message.text, message.masked, GmailAnswer.reason(answer)] {
            require(text.unicodeScalars.count <= 300, "a sentence is short")
            require(
                !text.unicodeScalars.contains { $0.value < 0x20 || 0x7F...0x9F ~= $0.value },
                "no control character in a log")
        }
        require(!message.masked.utf8.contains(UInt8(ascii: "@")), "no address in a log")
        require(!message.masked.containsBytes(of: "%40"), "no address of a URL in a log")
        _ = GmailAnswer.retryDecision(answer)
        let error = GmailError.refused(
            CallName("Gmail", "import"), status: answer.status, reason: GmailAnswer.reason(answer),
            message: message, mailbox: "me@gmail.com")
        require(!error.isRefusalOfMail || error.isRefusalForGood, "a refusal of the mail is final")
        require(!error.isRefusalForGood || !error.isTransient, "what is final does not pass")
        if let token = try? OAuthToken(Secret(String(decoding: answer.body, as: UTF8.self))) {
            let access = AccessToken(value: Secret("t"), endsAt: 1_700_000_000)
            let file = token.file(with: access, refreshToken: token.refreshToken)
            guard let again = try? OAuthToken(file) else { fatalError("a token is not read back") }
            require(again.access == access && again.clientID == token.clientID, "a token's file")
        }
    }
}
