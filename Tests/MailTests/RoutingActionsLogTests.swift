import Mail
import TestSupport
import Testing

/// The line that the bus copies into a text of JSON, and that `replay` reads again.
struct RoutingActionsLogTests {
    /// What a sender, an administrator and a table may write into a decision.
    private static let texts = [
        "a@e.f", "A+b@e.f", #""quo\"ted"@e.f"#, #"back\\slash@e.f"#, "<a>@e.f", "a;b c@e.f",
        "\u{0}\r\n\t\u{7F}@e.f", "é\u{301}@e.f", "%41@e.f", "-", "", "100%@e.f", "*",
    ]

    @Test("The line names every target, and what is missing is a hyphen")
    func plain() {
        let actions = RoutingActions(
            store: [RoutingTarget(target: "dmarc@e.f", description: "x", reason: .roleAddress)],
            forwardToGmail: [
                ForwardTarget(target: "A+b@e.f", destination: "me@g.com", rule: "ROUTE#a@e.f")
            ],
            bounce: [RoutingTarget(target: "x@e.f", rule: "ROUTE#*", description: "The \"shop\"")])
        #expect(
            actions.log == """
                store dmarc%40e.f - - role-address; \
                forward-to-gmail A%2Bb%40e.f me%40g.com ROUTE%23a%40e.f -; \
                bounce x%40e.f - ROUTE%23%2A -
                """)
    }

    @Test("Nothing in the line has a meaning in JSON or in a template of EventBridge's")
    func harmless() {
        for target in Self.texts {
            for rule in Self.texts {
                let line = RoutingActions(
                    store: [
                        RoutingTarget(
                            target: target, rule: rule, description: rule, reason: .unknown(target))
                    ],
                    forwardToGmail: [
                        ForwardTarget(target: target, destination: rule, rule: target)
                    ]
                ).log
                #expect(line.utf8.allSatisfy { (0x20...0x7E).contains($0) })
                #expect(!line.utf8.contains { #""\<>"#.utf8.contains($0) })
            }
        }
    }

    @Test("What was written is read, to the byte")
    func roundTrip() throws {
        let actions = RoutingActions(
            store: Self.texts.map { RoutingTarget(target: $0, reason: .spam) },
            forwardToGmail: Self.texts.map {
                ForwardTarget(target: $0, destination: "d@\($0)", rule: "ROUTE#\($0)")
            },
            bounce: Self.texts.map { RoutingTarget(target: $0, rule: "ROUTE#\($0)") })
        let entries = try #require(RoutingActions.entries(ofLog: actions.log))
        #expect(entries.count == 3 * Self.texts.count)
        for (index, text) in Self.texts.enumerated() {
            let (stored, forwarded) = (entries[index], entries[Self.texts.count + index])
            let bounced = entries[2 * Self.texts.count + index]
            #expect(Array(stored.target!.utf8) == Array(text.utf8))
            #expect(stored.action == "store" && stored.reason == "spam" && stored.rule == nil)
            #expect(Array(forwarded.destination!.utf8) == Array("d@\(text)".utf8))
            #expect(Array(bounced.rule!.utf8) == Array("ROUTE#\(text)".utf8))
            #expect(bounced.action == "bounce" && bounced.destination == nil)
        }
    }

    @Test("The canary's address, which is a secret, is not in the line")
    func canary() throws {
        let actions = RoutingActions(
            forwardToGmail: [.canary(target: "secret@e.f", mailbox: "me@g.com")])
        #expect(actions.log == "forward-to-gmail - me%40g.com - canary")
        let entry = try #require(RoutingActions.entries(ofLog: actions.log)?.first)
        #expect(entry.target == nil && entry.reason == "canary")
    }

    @Test(
        "A line that names no targets is none",
        arguments: [
            "", "store 0; forward-to-gmail 2; bounce 1", "store a", " ", ";", "store a - - spam;",
            "store a - - spam; bounce", "store a  - - spam",
        ])
    func other(line: String) {
        #expect(RoutingActions.entries(ofLog: line) == nil)
    }
}
