package import Mail
package import TestSupport

/// A mail to one recipient, with SES's verdicts on it, and how its deployment delivers junk.
package struct PlainMail {
    package var recipient: String
    /// The envelope's sender; empty for a mail that has none.
    package var source = "jane@sender.example"
    /// The one address in From; nil for a mail without that header.
    package var from: String?
    package var verdicts = ["spf": "PASS", "dkim": "PASS"]
    package var dmarcPolicy: String?
    package var junkDelivery = JunkDelivery.store

    /// When SES receives every sample mail.
    static let timestamp = "2025-01-18T10:00:00.000Z"

    package init(_ recipient: String) {
        self.recipient = recipient
    }

    package var sample: SampleMail {
        SampleMail {
            $0.recipients = [recipient]
            $0.source = source
            if let from {
                $0.headers.append(("From", from))
                $0.from = [from]
            }
            $0.verdicts = verdicts
            $0.dmarcPolicy = dmarcPolicy
        }
    }

    /// Why it is junk, in the words of a decision; nil where it is not.
    package var junkReason: String? {
        if verdicts["spam"] == "FAIL" { return "spam" }
        guard verdicts["dmarc"] == "FAIL" else { return nil }
        switch dmarcPolicy {
        case "reject": return "dmarc-reject"
        case "quarantine" where junkDelivery == .gmailSpam: return "dmarc-quarantine"
        default: return nil
        }
    }

    /// The senders, each with whether SES proved the address.
    var senders: [(address: String, isProved: Bool)] {
        let fromAddress = from ?? source
        let isFromProved = from != nil && verdicts["dmarc"] == "PASS"
        let isSourceProved = verdicts["spf"] == "PASS"
        if source.isEmpty { return fromAddress.isEmpty ? [] : [(fromAddress, isFromProved)] }
        if source == fromAddress { return [(source, isFromProved || isSourceProved)] }
        return [(source, isSourceProved), (fromAddress, isFromProved)]
    }

    /// A mail from one of few senders, with any verdicts.
    package static func random(to recipient: String, _ generator: inout SeededGenerator)
        -> PlainMail
    {
        func any<Value>(_ values: [Value], _ generator: inout SeededGenerator) -> Value {
            values[Int.random(in: 0..<values.count, using: &generator)]
        }
        let senders = ["x@g.example", "x+t@sub.g.example", "y@h.example"]
        var mail = PlainMail(recipient)
        mail.source = any(senders + [""], &generator)
        mail.from = any(senders + [nil], &generator)
        let usual = [
            "PASS", "PASS", "PASS", "PASS", "PASS", "PASS", "GRAY", "PROCESSING_FAILED", "DISABLED",
            "odd",
        ]
        for name in ["spam", "virus", "spf", "dkim", "dmarc"] {
            mail.verdicts[name] = any(
                usual + (name == "virus" ? [] : ["FAIL", "FAIL"]), &generator)
        }
        if Int.random(in: 0..<30, using: &generator) == 0 { mail.verdicts["virus"] = "FAIL" }
        mail.dmarcPolicy = any(["none", "quarantine", "reject", nil], &generator)
        mail.junkDelivery = any([.store, .gmailSpam], &generator)
        return mail
    }
}
