import JSON
import Testing

@testable import Mail

struct RoutingDecisionLimitTests {
    private let actions = RoutingActions(bounce: [RoutingTarget(target: "a@b", reason: .noRule)])

    @Test("A decision under the limit stays as it is, odd spacing and all")
    func small() throws {
        let decision = decision(SampleNotification.json)
        #expect(try decision.fittingTheBus() == decision)
    }

    @Test(
        "Each header that the bouncer reads outlives the reduction",
        arguments: [
            "Message-ID", "From", "Auto-Submitted", "Precedence", "List-Id", "List-Unsubscribe",
            "list-anything", "Content-Type", "X-Auto-Response-Suppress", "X-Autoreply",
            "x-AUTORESPOND", "X-Failed-Recipients", "X-Loop", "Precedence ",
        ])
    func evidence(name: String) throws {
        let kept = try notification(headers: [("X-Long", 250_000), (name, 10)])
        let headers = try limitedBody(kept)["mail"]?["headers"]
        #expect(names(in: headers) == [name, "Content-Type"])
    }

    @Test(
        "No other header does", arguments: ["Received", "Subject", "To", "X-Lists", "Sender"])
    func noEvidence(name: String) throws {
        let dropped = try notification(headers: [("X-Long", 250_000), (name, 10)])
        #expect(names(in: try limitedBody(dropped)["mail"]?["headers"]) == ["Content-Type"])
    }

    @Test(
        "Whether SES cut the headers is told apart from what is reduced here",
        arguments: [true, false])
    func cutBySES(isTruncated: Bool) throws {
        let notification = try notification(headers: [("X-Long", 250_000)])
            .settingInMail("headersTruncated", .bool(isTruncated))
        let mail = try #require(try limitedBody(notification)["mail"])
        #expect(mail["headersTruncated"] == .bool(isTruncated))
        #expect(mail["headersReduced"] == true)
        let received = try ReceivedMail(try limitedBody(notification))
        #expect(received.mail.headersTruncated == isTruncated)
    }

    @Test("A notification whose characters need six bytes each is under the limit all the same")
    func controls() throws {
        let subject = String(repeating: "\u{7F}", count: 60_000)
        let body = try notification(headers: [("List-Id", 10)])
            .settingInMail("commonHeaders", ["subject": .string(subject), "from": ["a@b"]])
            .text.replacing("\\u007f", with: "\u{7F}")
        #expect(body.utf8.count < 62_000)
        let limited = try decision(body).fittingTheBus()
        #expect(RoutingDecision.json(of: [limited]).count < 240_000)
        let mail = try #require(try JSONValue(parsing: Array(limited.body.utf8))["mail"])
        #expect(mail["commonHeaders"]?["subject"]?.string?.utf8.count == 1024)
    }

    @Test("Above the limit only the evidence stays of the headers, and unknown fields survive")
    func firstStep() throws {
        let notification = try notification(
            headers: [("X-Long", 250_000), ("message-id", 10), ("LIST-Id", 10), ("Precedence", 10)])
        let body = try limitedBody(notification)
        let mail = try #require(body["mail"])
        #expect(
            names(in: mail["headers"]) == ["message-id", "LIST-Id", "Precedence", "Content-Type"])
        #expect(mail["headersReduced"] == .bool(true))
        #expect(mail["headersTruncated"] == nil)
        #expect(mail["destination"] == .array([.string("r@e.f"), .string("s@e.f")]))
        #expect(mail["commonHeaders"]?["to"] == .array([.string("r@e.f")]))
        #expect(mail["new"] == .array([.integer(1), .number("1.5"), .null, .bool(false)]))
        #expect(body["receipt"] == notification["receipt"])
        #expect(body["future"] == .string("x"))
    }

    @Test("Still above it the common headers are cut and the destinations go")
    func secondStep() throws {
        let notification = try notification(headers: [("List-Id", 3000), ("X-Long", 10)])
            .settingInMail(
                "commonHeaders",
                [
                    "subject": .string(String(repeating: "é", count: 150_000)),
                    "from": ["a@b", .string(String(repeating: "c", count: 2000))],
                    "to": ["r@e.f"], "messageId": "<1@e>", "date": 7,
                ])
        let mail = try #require(try limitedBody(notification)["mail"])
        #expect(
            mail["commonHeaders"]
                == [
                    "subject": .string(String(repeating: "é", count: 512)),
                    "from": ["a@b", .string(String(repeating: "c", count: 1021))],
                    "messageId": "<1@e>", "date": 7,
                ])
        #expect(mail["destination"] == .array([]))
        #expect(names(in: mail["headers"]) == ["List-Id", "Content-Type"])
        #expect(mail["messageId"] == .string("m"))
    }

    @Test("A reduced notification is read as before")
    func readable() throws {
        let notification = try notification(headers: [("X-Long", 250_000)])
        let decision = try decision(notification.text).fittingTheBus()
        let reduced = try JSONValue(parsing: Array(decision.body.utf8))
        #expect(try ReceivedMail(reduced).recipients == ["r@e.f"])
        #expect(reduced["mail"]?["headersReduced"] == true)
    }

    @Test("A hundred long recipients with long descriptions fit beside a large notification")
    func manyRecipients() throws {
        let recipients = (100..<200).map { "\($0)" + String(repeating: "x", count: 310) + "@e.f" }
        let decision = RoutingDecision(
            originalMessageId: "m",
            body: try notification(headers: [("List-X", 200_000)]).text,
            actions: RoutingActions(
                bounce: recipients.map {
                    RoutingTarget(
                        target: $0, rule: "ROUTE#\($0)",
                        description: String(repeating: "😀", count: 300))
                }))
        let limited = try decision.fittingTheBus()
        #expect(limited.actions == decision.actions)
        #expect(RoutingDecision.json(of: [limited]).count < 240_000)
    }

    /// `count` bounces to long addresses with the longest descriptions.
    private func bounces(_ count: Int, addressBytes: Int) -> RoutingDecision {
        RoutingDecision(
            originalMessageId: "m", body: SampleNotification.json,
            actions: RoutingActions(
                bounce: (0..<count).map {
                    RoutingTarget(
                        target: "\($0)" + String(repeating: "é", count: addressBytes / 2),
                        rule: "ROUTE#*", description: String(repeating: "d", count: 200),
                        reason: .noRule)
                }))
    }

    @Test("Before a recipient is lost the log names the numbers only, and the descriptions stay")
    func logOfCounts() throws {
        let decision = bounces(100, addressBytes: 900)
        let limited = try decision.fittingTheBus()
        #expect(limited.log == "store 0; forward-to-gmail 0; bounce 100")
        #expect(limited.actions == decision.actions)
        #expect(RoutingDecision.json(of: [limited]).count < 240_000)
    }

    @Test("Then the descriptions go, and every recipient stays")
    func withoutDescriptions() throws {
        let decision = bounces(100, addressBytes: 2200)
        let limited = try decision.fittingTheBus()
        #expect(limited.log == "store 0; forward-to-gmail 0; bounce 100")
        #expect(limited.actions.bounce.map(\.target) == decision.actions.bounce.map(\.target))
        #expect(limited.actions.bounce.allSatisfy { $0.description == nil && $0.rule == "ROUTE#*" })
        #expect(RoutingDecision.json(of: [limited]).count < 240_000)
    }

    @Test("What cannot be made small enough is a failure that says its size")
    func tooLarge() throws {
        let decision = RoutingDecision(
            originalMessageId: "m", body: SampleNotification.json,
            actions: RoutingActions(store: [
                RoutingTarget(target: String(repeating: "x", count: 250_000))
            ]))
        let failure = try #require(throws: RoutingFailure.self) { try decision.fittingTheBus() }
        guard case .tooLarge(let bytes) = failure else { return #expect(Bool(false)) }
        #expect((250_000..<252_000).contains(bytes))
    }

    @Test(
        "Odd notifications are reduced or refused, never a trap",
        arguments: [
            "", "[]", "7", "null", "{}", #"{"mail":7}"#,
            #"{"mail":{"headers":[7,{"name":7},null]}}"#,
            #"{"mail":{"headers":{},"commonHeaders":[],"destination":7}}"#,
            #"{"mail":{"headers":[{"name":"List-Id","value":[]}],"commonHeaders":{"from":[7]}}}"#,
            #"{"mail":{"n":1e999,"m":18446744073709551616,"o":"\ud800"}}"#,
        ])
    func odd(notification: String) throws {
        let decision = decision(notification)
        let result = Result { () throws(RoutingFailure) in
            try decision.fittingTheBus(maximumBytes: 230)
        }
        switch result {
        case .success(let limited):
            #expect(RoutingDecision.json(of: [limited]).count < 230 + 2)
        case .failure(let failure):
            guard case .tooLarge(230...) = failure else { return #expect(Bool(false)) }
        }
    }

    @Test("The limit is a limit", arguments: [-1, 0, 1])
    func boundary(difference: Int) throws {
        let decision = decision(#"{"mail":{"messageId":"m","destination":["a@b"]}}"#)
        let size = RoutingDecision.json(of: [decision]).count - 2
        let limited = try decision.fittingTheBus(maximumBytes: size + difference)
        #expect((limited == decision) == (difference > 0))
    }

    private func decision(_ body: String) -> RoutingDecision {
        RoutingDecision(originalMessageId: "m", body: body, actions: actions)
    }

    private func limitedBody(_ notification: JSONValue) throws -> JSONValue {
        let limited = try decision(notification.text).fittingTheBus()
        #expect(RoutingDecision.json(of: [limited]).count < 240_000)
        return try JSONValue(parsing: Array(limited.body.utf8))
    }

    private func notification(headers: [(String, Int)]) throws -> JSONValue {
        let fields = headers.map { (name: $0, value: String(repeating: "v", count: $1)) }
        let json = """
            {"future":"x","notificationType":"Received","mail":{"messageId":"m",
            "destination":["r@e.f","s@e.f"],"new":[1,1.5,null,false],
            "commonHeaders":{"to":["r@e.f"]}},
            "receipt":{"recipients":["r@e.f"],"processingTimeMillis":7}}
            """
        return try JSONValue(parsing: Array(json.utf8)).settingInMail(
            "headers",
            .array(
                (fields + [(name: "Content-Type", value: "text/plain")]).map {
                    ["name": .string($0.name), "value": .string($0.value)]
                }))
    }

    private func names(in headers: JSONValue?) -> [String] {
        guard case .array(let headers)? = headers else { return [] }
        return headers.map {
            if case .string(let name)? = $0["name"] { name } else { "?" }
        }
    }
}

extension JSONValue {
    fileprivate var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The notification with that member of `mail` replaced or added.
    fileprivate func settingInMail(_ name: String, _ value: JSONValue) -> JSONValue {
        let mail = (self["mail"]?.members ?? []).filter { $0.name != name } + [Member(name, value)]
        return .object(
            (members ?? []).map { $0.name == "mail" ? Member("mail", .object(mail)) : $0 })
    }
}
