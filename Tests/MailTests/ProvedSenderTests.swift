import JSON
import Testing

@testable import Mail

/// Whether the address that a report would go to is the sender's own.
struct ProvedSenderTests {
    /// What SES says of a mail; `isProved` is what follows.
    struct Sample: Sendable, CustomStringConvertible {
        let description: String
        var source = "jane@x.example"
        var spf = "GRAY"
        var dkim = "PASS"
        var dmarc = "PASS"
        var fields = ["Jane <jane@x.example>"]
        var picked = ["Jane <jane@x.example>"]
        var isTruncated = false
        var isProved = false

        init(_ description: String, _ change: (inout Sample) -> Void) {
            self.description = description
            change(&self)
        }

        /// From header and SES's own reading of it are the same.
        mutating func from(_ values: String...) {
            fields = values
            picked = values
        }

        var mail: ReceivedMail {
            get throws {
                let headers = fields.map { ["name": "From", "value": .string($0)] as JSONValue }
                let json: JSONValue = [
                    "notificationType": "Received",
                    "mail": [
                        "messageId": "m", "source": .string(source),
                        "headersTruncated": .bool(isTruncated),
                        "headers": .array([["name": "Subject", "value": "x"]] + headers),
                        "commonHeaders": ["from": .array(picked.map { .string($0) })],
                    ],
                    "receipt": [
                        "spfVerdict": ["status": .string(spf)],
                        "dkimVerdict": ["status": .string(dkim)],
                        "dmarcVerdict": ["status": .string(dmarc)],
                    ],
                ]
                return try ReceivedMail(json)
            }
        }
    }

    static let samples = [
        Sample("SPF passes") {
            $0.spf = "PASS"
            $0.dmarc = "GRAY"
            $0.from("a@b.c", "d@e.f")
            $0.isProved = true
        },
        Sample("SPF passes, headers cut") {
            $0.spf = "PASS"
            $0.isTruncated = true
            $0.isProved = true
        },
        Sample("DKIM alone") {
            $0.source = "victim@no-spf.example"
            $0.dmarc = "GRAY"
            $0.from("x@attacker.example")
        },
        Sample("DKIM alone, for the same domain") { $0.dmarc = "GRAY" },
        Sample("DMARC of another domain") {
            $0.source = "victim@no-spf.example"
            $0.from("x@attacker.example")
        },
        Sample("DMARC of the envelope's domain") { $0.isProved = true },
        Sample("DMARC of it in capitals") {
            $0.from("JANE@X.EXAMPLE")
            $0.isProved = true
        },
        Sample("DMARC of another person in it") {
            $0.from("boss@x.example")
            $0.isProved = true
        },
        Sample("DMARC of its parent") {
            $0.source = "jane@bounces.mail.x.example"
            $0.isProved = true
        },
        Sample("DMARC of a domain below it") { $0.from("jane@tenant.x.example") },
        Sample("DMARC of a sibling") {
            $0.source = "jane@a.x.example"
            $0.from("jane@b.x.example")
        },
        Sample("DMARC of a domain that ends alike") { $0.source = "jane@evilx.example" },
        Sample("DMARC fails") { $0.dmarc = "FAIL" },
        Sample("DMARC without a verdict") { $0.dmarc = "" },
        Sample("two From fields") {
            $0.fields = ["jane@x.example", "jane@x.example"]
        },
        Sample("two From fields, one of another's") {
            $0.fields = ["jane@x.example", "x@attacker.example"]
        },
        Sample("two mailboxes in one field") { $0.from("jane@x.example, x@attacker.example") },
        Sample("two mailboxes that SES took apart") {
            $0.picked = ["jane@x.example", "x@attacker.example"]
        },
        Sample("no From field") { $0.fields = [] },
        Sample("no From that SES picked out") { $0.picked = [] },
        Sample("SES read another address") { $0.picked = ["x@attacker.example"] },
        Sample("SES read the same address with another name") {
            $0.fields = ["=?utf-8?q?J=C3=A4ne?= <jane@x.example>"]
            $0.picked = ["Jäne <Jane@x.example>"]
            $0.isProved = true
        },
        Sample("an address in front of the address") {
            $0.from("x@attacker.example <jane@x.example>")
        },
        Sample("a quoted address as the name") {
            $0.from(#""x@attacker.example" <jane@x.example>"#)
            $0.isProved = true
        },
        Sample("a group") { $0.from("Group: jane@x.example;") },
        Sample("headers cut off") { $0.isTruncated = true },
        Sample("a field that was cut at a blank") {
            $0.from("jane@x.example" + String(repeating: " ", count: 1010))
        },
        Sample("a field too long to be whole") {
            $0.from("jane@x.example (" + String(repeating: "x", count: 1000) + ")")
        },
    ]

    @Test("A report goes only to an envelope whose domain is proved", arguments: samples)
    func proof(sample: Sample) throws {
        let mail = try sample.mail
        #expect(mail.isSenderProved == sample.isProved)
        let reason: SuppressionReason? =
            sample.isProved ? nil : sample.dmarc == "FAIL" ? .dmarcFailed : .unauthenticated
        let policy = BouncePolicy(bounceSender: "reports@example.com")
        #expect(policy.suppressionReason(for: mail) == reason)
        // Asked for no proof, the bouncer looks at the failures only.
        let lax = BouncePolicy(bounceSender: "reports@example.com", requiresAuthentication: false)
        #expect(lax.suppressionReason(for: mail) == (sample.dmarc == "FAIL" ? .dmarcFailed : nil))
    }

    @Test("What SPF refuses is never answered, whatever DMARC says")
    func spfFails() throws {
        var sample = Sample("SPF fails") { $0.spf = "FAIL" }
        sample.source = "jane@x.example"
        let policy = BouncePolicy(bounceSender: "reports@example.com")
        #expect(try policy.suppressionReason(for: sample.mail) == .spfFailed)
    }
}
