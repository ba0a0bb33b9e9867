import AWS
import JSON
import Mail
import TestSupport
import Testing

@testable import ses_mail

/// The recipients in a line of the bus's log, with and without quotation marks.
struct RoutingLogTests {
    private func line(_ actions: JSONValue) -> RoutingLogLine? {
        let message: JSONValue = [
            "id": "e", "time": "t", "messageId": "mail", "actions": actions,
        ]
        return RoutingLogLine(
            CloudWatchLogs.Event(
                id: "1", timestamp: 5, message: String(decoding: message.bytes, as: UTF8.self)))
    }

    // Each line stands here as EventBridge writes an object into a text: without the quotation
    // marks, and with nothing in place of them.

    private static let bare =
        "{store:{count:1,targets:[{target:dmarc@example.com,reason:role-address}]},"
        + "forward-to-gmail:{count:1,targets:[{target:Anna+x@example.com,"
        + "destination:me@gmail.com,rule:ROUTE#anna@e}]},bounce:{count:1,targets:["
        + "{target:o'neil@example.com,rule:ROUTE#*,description:Default, for: all}]}}"

    private static let quoted = #"""
        {"store":{"count":1,"targets":[{"target":"dmarc@example.com","reason":"role-address"}]},\#
        "forward-to-gmail":{"count":1,"targets":[{"target":"Anna+x@example.com",\#
        "destination":"me@gmail.com","rule":"ROUTE#anna@e"}]},"bounce":{"count":1,"targets":[\#
        {"target":"o'neil@example.com","rule":"ROUTE#*","description":"Default, for: all"}]}}
        """#

    @Test(
        "Recipients and their actions are read, in every form that the line may have",
        arguments: [.string(bare), .string(quoted), (try? JSONValue(parsing: quoted)) ?? .null]
            as [JSONValue])
    func plainly(actions: JSONValue) throws {
        let line = try #require(self.line(actions))
        #expect(
            (line.targets ?? []).map { "\($0.action) \($0.recipient)" }.sorted() == [
                "bounce o'neil@example.com", "forward-to-gmail Anna+x@example.com",
                "store dmarc@example.com",
            ])
        #expect(!line.isRejectedByDMARC)
    }

    /// The line that the bus writes of a decision.
    private func logged(_ actions: RoutingActions) throws -> RoutingLogLine {
        let message: JSONValue = [
            "id": "e", "time": "t", "messageId": "mail", "log": .string(actions.log),
        ]
        return try #require(
            RoutingLogLine(
                CloudWatchLogs.Event(
                    id: "1", timestamp: 5,
                    message: String(decoding: message.bytes, as: UTF8.self))))
    }

    @Test("The line that the router writes names addresses that no older line could name")
    func written() throws {
        let strange = [
            #""a,target:evil@example.com,b"@example.com"#, "a{b@e.f", "é@e.f", "x y@e.f",
        ]
        let line = try logged(
            RoutingActions(
                store: [RoutingTarget(target: strange[0], reason: .dmarcReject)],
                forwardToGmail: [
                    ForwardTarget(target: strange[1], destination: "me@gmail.com", rule: nil)
                ],
                bounce: strange[2...].map {
                    RoutingTarget(target: $0, rule: "ROUTE#*", description: #"The "old" \ shop"#)
                }))
        #expect(line.targets?.map(\.recipient) == strange)
        #expect(
            line.targets?.map(\.action) == ["store", "forward-to-gmail", "bounce", "bounce"])
        #expect(line.isRejectedByDMARC)
        #expect(try !logged(RoutingActions(store: [RoutingTarget(target: "a")])).isRejectedByDMARC)
    }

    @Test("A line with the numbers only names nobody, and one with nothing does not either")
    func counted() throws {
        for text in ["store 1; forward-to-gmail 0; bounce 0", ""] {
            let message = #"{"id":"e","messageId":"mail","log":"\#(text)"}"#
            let line = RoutingLogLine(.init(id: "1", timestamp: 5, message: message))
            #expect(try #require(line).targets == nil)
        }
    }

    /// A bounce with these words, bare, behind empty lists.
    private func bounced(_ target: String) -> JSONValue {
        .string(
            "{store:{count:0,targets:[]},forward-to-gmail:{count:0,targets:[]},"
                + "bounce:{count:1,targets:[{\(target)}]}}")
    }

    @Test("A single target is read")
    func single() throws {
        for words in ["target:a@b.example", "target:a@b.example,rule:ROUTE#*,description:x: y"] {
            let line = try #require(self.line(bounced(words)))
            #expect(line.targets?.map { "\($0.action) \($0.recipient)" } == ["bounce a@b.example"])
        }
    }

    @Test(
        "Text that could mean something else names nobody",
        arguments: [
            "x,target:evil@example.com", "x},{target:evil@example.com", "a,count:1", "{count:0",
        ])
    func doubtful(description: String) throws {
        let words = "target:a@example.com,description:\(description)"
        #expect(try #require(line(bounced(words))).targets == nil)
    }

    @Test(
        "An address that is not plain names nobody",
        arguments: [
            "\"a,target:evil@example.com,b\"@example.com", "\"a}\"@example.com", "a{b@example.com",
            "no address", "",
        ])
    func strange(recipient: String) throws {
        #expect(try #require(line(bounced("target:\(recipient)"))).targets == nil)
    }

    @Test(
        "Counts that no list can have name nobody",
        arguments: [
            ["9223372036854775807", "9223372036854775807", "3"], ["-1", "1", "1"],
            ["2", "-1", "0"], ["x", "1", "0"],
        ])
    func counts(counts: [String]) throws {
        let text =
            "{store:{count:\(counts[0]),targets:[]},bounce:{count:\(counts[1]),targets:["
            + "{target:a@b.example}]},forward-to-gmail:{count:\(counts[2]),targets:[]}}"
        #expect(try #require(line(.string(text))).targets == nil)
    }

    @Test("Each recipient of a bare line belongs to the action before it")
    func several() throws {
        let text =
            "{bounce:{count:1,targets:[{target:a@b.example}]},store:{count:2,targets:["
            + "{target:c@d.example},{target:e@f.example}]},forward-to-gmail:{count:0,targets:[]}}"
        #expect(
            try #require(line(.string(text))).targets?.map { "\($0.action) \($0.recipient)" }
                == ["bounce a@b.example", "store c@d.example", "store e@f.example"])
    }

    @Test("That DMARC said to reject the mail is seen")
    func rejected() throws {
        let bare =
            "{store:{count:1,targets:[{target:a@example.com,reason:dmarc-reject}]},"
            + "forward-to-gmail:{count:0,targets:[]},bounce:{count:0,targets:[]}}"
        let quoted: JSONValue = [
            "store": [
                "count": 1, "targets": [["target": "a@example.com", "reason": "dmarc-reject"]],
            ]
        ]
        #expect(line(.string(bare))?.isRejectedByDMARC == true)
        #expect(line(quoted)?.isRejectedByDMARC == true)
    }

    @Test("Quotation marks in a description, which nobody escapes, hide no decision")
    func quotes() throws {
        let message =
            #"{"id":"e","time":"t","messageId":"mail","actions":"{store:{count:0,targets:[]},"#
            + "forward-to-gmail:{count:0,targets:[]},bounce:{count:1,targets:[{"
            + #"target:a@example.com,description:The "old" shop\}]}}"}"#
        let wrapped: JSONValue = ["timestamp": "t", "message": .string(message)]
        for message in [message, String(decoding: wrapped.bytes, as: UTF8.self)] {
            let event = CloudWatchLogs.Event(id: "1", timestamp: 5, message: message)
            let line = try #require(RoutingLogLine(event))
            #expect(line.messageID == "mail")
            #expect(line.targets?.map(\.recipient) == ["a@example.com"])
            let shown = LogLine(event, from: .bus)
            #expect(shown.isAbout("mail") && shown.kind == .line)
        }
    }

    @Test("A line about nothing, and one that is not JSON, name no recipient")
    func others() {
        #expect(RoutingLogLine(.init(id: "1", timestamp: 1, message: #"{"messageId":"x"}"#)) == nil)
        #expect(RoutingLogLine(.init(id: "1", timestamp: 1, message: #"{"actions":{}}"#)) == nil)
        #expect(RoutingLogLine(.init(id: "1", timestamp: 1, message: "mail")) == nil)
        #expect(line([:])?.targets == nil)
    }
}
