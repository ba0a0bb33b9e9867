import JSON
import Testing

@testable import Mail

struct RoutingDecisionTests {
    @Test("The JSON is what the bus's rules and the handlers expect, byte for byte")
    func json() throws {
        let decision = RoutingDecision(
            originalMessageId: "abc", body: #"{"mail":{"messageId":"abc"}}"#,
            traceHeader: "Root=1-2;Parent=3;Sampled=1",
            actions: RoutingActions(
                forwardToGmail: [
                    ForwardTarget(
                        target: "A+b@e.f", destination: "me@gmail.com", rule: "ROUTE#a@e.f")
                ],
                bounce: [
                    RoutingTarget(target: "x@e.f", rule: "ROUTE#*", description: "Default / é"),
                    RoutingTarget(target: "y@e.f", reason: .noRule),
                ]))
        #expect(
            String(decoding: RoutingDecision.json(of: [decision]), as: UTF8.self) == #"""
                [{"actions":{"bounce":{"count":2,"targets":[{"description":"Default / é",\#
                "rule":"ROUTE#*","target":"x@e.f"},{"reason":"no-rule","target":"y@e.f"}]},\#
                "forward-to-gmail":{"count":1,"targets":[{"destination":"me@gmail.com",\#
                "rule":"ROUTE#a@e.f","target":"A+b@e.f"}]},"store":{"count":0,"targets":[]}},\#
                "body":"{\"mail\":{\"messageId\":\"abc\"}}","eventSource":"aws:sqs","log":"\#
                forward-to-gmail A%2Bb%40e.f me%40gmail.com ROUTE%23a%40e.f -; \#
                bounce x%40e.f - ROUTE%23%2A -; bounce y%40e.f - - no-rule",\#
                "originalMessageId":"abc","traceHeader":"Root=1-2;Parent=3;Sampled=1"}]
                """#)
    }

    @Test("No decisions are an empty array")
    func empty() throws {
        #expect(String(decoding: RoutingDecision.json(of: []), as: UTF8.self) == "[]")
    }

    @Test(
        "What is encoded is decoded to the same",
        arguments: [
            .spam, .virus, .dmarcReject, .noRule, .roleAddress, .lookupFailed, .unknown("x"),
        ]
            as [RoutingReason])
    func roundTrip(reason: RoutingReason) throws {
        let decision = RoutingDecision(
            originalMessageId: "abc", body: "{}",
            actions: RoutingActions(store: [
                RoutingTarget(target: "e\u{301}\r\n\0@e", reason: reason)
            ]))
        let json = RoutingDecision.json(of: [decision])
        let decoded = try #require(try JSONValue(parsing: json).array)
        #expect(try decoded.map { try RoutingDecision($0) } == [decision])
    }

    @Test("The reference's shorter shape is read: other actions, rule and source may be missing")
    func shorterShape() throws {
        let decision = try decode(
            actions:
                #"{"forward-to-gmail":{"count":1,"targets":[{"target":"a","destination":"c@d"}]}}"#
        )
        #expect(
            decision.actions
                == RoutingActions(forwardToGmail: [
                    ForwardTarget(target: "a", destination: "c@d", rule: nil)
                ]))
    }

    @Test(
        "A decision that does not add up is an error",
        arguments: [
            #"{}"#, #"null"#, #"[]"#, #"{"bounce":{"count":0,"targets":[]}}"#,
            #"{"bounce":{"count":2,"targets":[{"target":"a@b"}]}}"#,
            #"{"bounce":{"count":0,"targets":[{"target":"a@b"}]}}"#,
            #"{"bounce":{"count":"1","targets":[{"target":"a@b"}]}}"#,
            #"{"bounce":{"count":true,"targets":[{"target":"a@b"}]}}"#,
            #"{"bounce":{"targets":[{"target":"a@b"}]}}"#, #"{"bounce":{"count":1}}"#,
            #"{"bounce":{"count":1,"targets":[{}]}}"#,
            #"{"forward-to-gmail":{"count":1,"targets":[{"target":"a@b"}]}}"#,
        ])
    func strict(actions: String) {
        #expect(throws: FormatError.self) { try decode(actions: actions) }
    }

    private static let store = #"{"store":{"count":1,"targets":[{"target":"a"}]}}"#

    @Test(
        "A decision without id, body or actions is an error",
        arguments: [
            "{}", #"{"originalEvent":{},"routingDecisions":[]}"#,
            #"{"originalMessageId":"","body":"{}","actions":\#(store)}"#,
            #"{"originalMessageId":"a","actions":\#(store)}"#,
            #"{"originalMessageId":"a","body":"{}"}"#,
        ])
    func incomplete(json: String) {
        #expect(throws: FormatError.self) {
            try RoutingDecision(JSONValue(parsing: Array(json.utf8)))
        }
    }

    @Test("A description is cut at 200 characters")
    func description() {
        let target = RoutingTarget(target: "a", description: String(repeating: "日", count: 201))
        #expect(target.description == String(repeating: "日", count: 200))
    }

    private func decode(actions: String) throws -> RoutingDecision {
        let json = #"{"originalMessageId":"abc","body":"{}","actions":\#(actions)}"#
        return try RoutingDecision(JSONValue(parsing: Array(json.utf8)))
    }
}
