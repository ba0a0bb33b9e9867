import JSON
import Testing

@testable import Mail

struct ReceivedMailTests {
    @Test("A notification is read whole")
    func whole() throws {
        let mail = try decode(SampleNotification.json)
        #expect(mail.isReceived)
        #expect(!mail.isSetupNotification)
        #expect(mail.mail.messageId == "o3vrnil0e2ic28trm7dfhrc2v0clambda4nbp0g1")
        #expect(mail.mail.source == "janedoe@example.org")
        #expect(mail.mail.timestamp == "2025-01-18T10:00:00.000Z")
        #expect(mail.mail.headers?["message-id"] == "<1234@example.org>")
        #expect(mail.mail.commonHeaders?.subject == "Test Subject")
        #expect(mail.mail.commonHeaders?.from == ["Jane Doe <janedoe@example.org>"])
        #expect(mail.recipients == ["recipient@example.com"])
        #expect(mail.receipt.spamVerdict == .pass)
        #expect(mail.receipt.dkimVerdict == .gray)
        #expect(mail.receipt.action?.objectKey == "emails/o3vrnil0e2ic28trm7dfhrc2v0clambda4nbp0g1")
        #expect(mail.quarantineReason == nil)
        #expect(mail.integrationTestToken == nil)
    }

    @Test("A Lambda action's shape has neither a type nor recipients, so the destination is used")
    func lambdaShape() throws {
        let mail = try decode(
            #"{"mail":{"messageId":"m","source":"a@b","destination":["x@y"]},"receipt":{}}"#)
        #expect(mail.isReceived)
        #expect(mail.recipients == ["x@y"])
    }

    @Test("The envelope's recipients win, even if there are none")
    func recipients() throws {
        let mail = try decode(
            #"{"mail":{"messageId":"m","destination":["x@y"]},"receipt":{"recipients":[]}}"#)
        #expect(mail.recipients.isEmpty)
    }

    @Test(
        "What is no received mail is read without an error, whatever its shape",
        arguments: [
            #"{"notificationType":"Bounce","mail":{"messageId":"m"},"bounce":{}}"#,
            #"{"notificationType":"AmazonSnsSubscriptionSucceeded","message":"…"}"#,
            #"{"notificationType":"received","mail":7}"#,
            #"{"eventType":"Delivery","mail":{"messageId":"m","destination":["stranger@y"]}}"#,
        ])
    func notReceived(json: String) throws {
        #expect(try !decode(json).isReceived)
    }

    @Test("SES's trial of a new rule is known by its id")
    func setup() throws {
        let json =
            #"{"notificationType":"Received","mail":{"messageId":"AMAZON_SES_SETUP_NOTIFICATION"}}"#
        #expect(try decode(json).isSetupNotification)
    }

    @Test(
        "Garbage is an error and not a mail",
        arguments: [
            "", "{}", "[]", "null", "\"text\"", #"{"mail":{}}"#, #"{"mail":{"messageId":""}}"#,
            #"{"mail":{"messageId":7}}"#, #"{"notificationType":"Received"}"#,
            #"{"originalEvent":{},"routingDecisions":[]}"#,
        ])
    func garbage(json: String) {
        #expect(throws: (any Error).self) { try decode(json) }
    }

    @Test(
        "A verdict is known in any case",
        arguments: [
            ("PASS", .pass), ("fail", .fail), ("Gray", .gray),
            ("PROCESSING_FAILED", .processingFailed), ("disabled", .disabled),
            ("NEW", .unknown("NEW")), ("", .unknown("")),
        ] as [(String, Verdict)])
    func verdict(status: String, expected: Verdict) {
        #expect(Verdict(["status": .string(status)]) == expected)
    }

    @Test("A verdict without a status is unknown", arguments: ["{}", #"{"status":null}"#])
    func noStatus(json: String) throws {
        #expect(try Verdict(JSONValue(parsing: Array(json.utf8))) == .unknown(""))
    }

    @Test(
        "Only a failure quarantines, and of DMARC only where the policy is reject",
        arguments: [
            (nil, nil, nil, nil, nil), (.fail, nil, nil, nil, .virus),
            (.fail, .fail, .fail, "reject", .virus), (.pass, .fail, .fail, "reject", .spam),
            (.pass, .pass, .fail, "reject", .dmarcReject),
            (.pass, .pass, .fail, "REJECT", .dmarcReject), (.pass, .pass, .fail, "none", nil),
            (.pass, .pass, .fail, "quarantine", nil), (.pass, .pass, .fail, nil, nil),
            (.pass, .pass, .pass, "reject", nil), (.gray, .gray, .gray, "reject", nil),
            (.processingFailed, .processingFailed, nil, nil, nil),
            (.disabled, .disabled, nil, nil, nil), (.unknown("?"), .unknown(""), nil, nil, nil),
        ] as [(Verdict?, Verdict?, Verdict?, String?, RoutingReason?)])
    func quarantine(
        virus: Verdict?, spam: Verdict?, dmarc: Verdict?, policy: String?, expected: RoutingReason?
    ) {
        let mail = ReceivedMail(
            mail: .init(messageId: "m"),
            receipt: .init(
                spamVerdict: spam, virusVerdict: virus, dmarcVerdict: dmarc, dmarcPolicy: policy))
        #expect(mail.quarantineReason == expected)
    }

    @Test("The integration test's token is read from its header, and an empty one is none")
    func token() throws {
        func token(_ value: String) -> String? {
            let headers = MailHeaders([.init(name: "x-integration-test-token", value: value)])
            return ReceivedMail(mail: .init(messageId: "m", headers: headers)).integrationTestToken
        }
        #expect(token(" secret ") == "secret")
        #expect(token(" ") == nil)
    }

    private func decode(_ json: String) throws -> ReceivedMail {
        try ReceivedMail(JSONValue(parsing: Array(json.utf8)))
    }
}
