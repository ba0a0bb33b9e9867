import FunctionTestSupport
import JSON

/// A kind of mail, with what must and must not become of it. This is what the simulation judges
/// by, so it is written by hand and asks no code of the product.
struct MailKind: Sendable {
    /// How Gmail takes the mail.
    enum Reception: Sendable { case taken, badRequest, tooLarge }

    let name: String
    /// Whether its sender may get a report.
    let isAnswerable: Bool
    /// Whether it is junk wherever junk is stored, and so is never bounced.
    var isJunk = false
    var reception = Reception.taken
    /// Whether its Message-ID is the one of an earlier mail of the same sender.
    var hasMessageID = true
    let change: @Sendable (inout SampleMail) -> Void

    private init(
        _ name: String, isAnswerable: Bool, isJunk: Bool = false,
        reception: Reception = .taken, hasMessageID: Bool = true,
        _ change: @escaping @Sendable (inout SampleMail) -> Void = { _ in }
    ) {
        self.name = name
        self.isAnswerable = isAnswerable
        self.isJunk = isJunk
        self.reception = reception
        self.hasMessageID = hasMessageID
        self.change = change
    }

    private static func header(
        _ name: String, _ value: String
    ) -> @Sendable (inout SampleMail) -> Void {
        { $0.headers.append((name, value)) }
    }

    static let all: [MailKind] = people + machines + unproved + junk + odd

    private static let people: [MailKind] = [
        .init("a person's mail", isAnswerable: true),
        .init("a person's mail, proved by DMARC", isAnswerable: true) {
            $0.verdicts = ["spf": "GRAY", "dkim": "PASS", "dmarc": "PASS"]
            $0.headers.append(("From", "Jane <jane@sender.example>"))
            $0.from = ["Jane <jane@sender.example>"]
        },
        .init("mail without a Message-ID", isAnswerable: true, hasMessageID: false) {
            $0.headers = []
        },
        .init("mail with Auto-Submitted: no", isAnswerable: true, header("Auto-Submitted", "no")),
        .init("mail from a VERP address", isAnswerable: true) { $0.source = "bounces+7@x.example" },
        .init(
            "mail that Exchange asks no out-of-office for", isAnswerable: true,
            header("X-Auto-Response-Suppress", "DR, OOF, AutoReply")),
    ]

    private static let machines: [MailKind] = [
        .init("a report of another server", isAnswerable: false) { $0.source = "" },
        .init("mail from <>", isAnswerable: false) { $0.source = "<>" },
        .init("mail from mailer-daemon", isAnswerable: false) {
            $0.source = "mailer-daemon@sender.example"
        },
        .init("mail from no-reply", isAnswerable: false) { $0.source = "no-reply@shop.example" },
        .init("mail from do_not_reply-orders", isAnswerable: false) {
            $0.source = "do_not_reply-orders@shop.example"
        },
        .init("mail from the bounce sender", isAnswerable: false) {
            $0.source = Deployment.bounceSender
        },
        .init("mail of a list", isAnswerable: false, header("List-Id", "<l.example>")),
        .init("bulk mail", isAnswerable: false, header("Precedence", "bulk")),
        .init("an automatic answer", isAnswerable: false, header("Auto-Submitted", "auto-replied")),
        .init("an answer of an old program", isAnswerable: false, header("X-Autoreply", "yes")),
        .init(
            "mail that says All", isAnswerable: false,
            header("X-Auto-Response-Suppress", "All")),
        .init(
            "a delivery report", isAnswerable: false,
            header("Content-Type", "multipart/report; report-type=delivery-status")),
        .init(
            "mail that went round", isAnswerable: false,
            header("X-Loop", Deployment.bounceSender)),
    ]

    private static let unproved: [MailKind] = [
        .init("mail whose SPF fails", isAnswerable: false) { $0.verdicts = ["spf": "FAIL"] },
        .init("mail whose SPF fails, proved by DMARC", isAnswerable: false) {
            $0.verdicts = ["spf": "FAIL", "dkim": "PASS", "dmarc": "PASS"]
            $0.headers.append(("From", "Jane <jane@sender.example>"))
            $0.from = ["Jane <jane@sender.example>"]
        },
        .init("mail that only DKIM proves", isAnswerable: false) {
            $0.verdicts = ["spf": "GRAY", "dkim": "PASS"]
        },
        .init("mail whose envelope is below the proved From", isAnswerable: true) {
            $0.verdicts = ["spf": "GRAY", "dmarc": "PASS"]
            $0.source = "jane@mail.sender.example"
            $0.headers.append(("From", "jane@sender.example"))
            $0.from = ["jane@sender.example"]
        },
        .init("mail whose envelope is above the proved From", isAnswerable: false) {
            $0.verdicts = ["spf": "GRAY", "dmarc": "PASS"]
            $0.headers.append(("From", "jane@tenant.sender.example"))
            $0.from = ["jane@tenant.sender.example"]
        },
        .init("mail whose DMARC fails", isAnswerable: false) {
            $0.verdicts = ["spf": "PASS", "dmarc": "FAIL"]
            $0.dmarcPolicy = "none"
        },
    ]

    private static let junk: [MailKind] = [
        .init("spam", isAnswerable: false, isJunk: true) { $0.verdicts["spam"] = "FAIL" },
        .init("a virus", isAnswerable: false, isJunk: true) { $0.verdicts["virus"] = "FAIL" },
        .init("mail that DMARC rejects", isAnswerable: false, isJunk: true) {
            $0.verdicts = ["spf": "PASS", "dmarc": "FAIL"]
            $0.dmarcPolicy = "reject"
        },
        .init("mail for DMARC's quarantine", isAnswerable: false) {
            $0.verdicts = ["spf": "PASS", "dmarc": "FAIL"]
            $0.dmarcPolicy = "quarantine"
        },
    ]

    private static let odd: [MailKind] = [
        .init("mail that Gmail calls malformed", isAnswerable: true, reception: .badRequest),
        .init("mail that Gmail calls too large", isAnswerable: true, reception: .tooLarge),
        .init(
            "spam that Gmail refuses", isAnswerable: false, isJunk: true,
            reception: .badRequest
        ) { $0.verdicts["spam"] = "FAIL" },
        .init("mail with many headers", isAnswerable: true) { $0.headersTruncated = true },
        .init("list mail with many headers", isAnswerable: false) {
            $0.headersTruncated = true
            $0.objectKey = "emails/\($0.id)"
        },
    ]

    /// Headers that the stored mail has beyond those that SES reports.
    var storedHeaders: [(String, String)] {
        name == "list mail with many headers" ? [("List-Id", "<l.example>")] : []
    }
}

/// A mail of one history, and what the pipeline has made of it.
struct SimulatedMail {
    let number: Int
    let kind: MailKind
    let recipients: [String]
    let sample: SampleMail
    let stored: [UInt8]
    var decisions: [JSONValue] = []
    /// The number of messages about it in each queue so far.
    var sent: [Queues.Name: UInt64] = [:]

    var id: String { "mail-\(number)" }

    /// The bare address in the From header that SES reports; nil if there is none.
    var from: String? {
        sample.from?.first.map { from in
            String(from.drop { $0 != "<" }.dropFirst().prefix { $0 != ">" })
        }.map { $0.isEmpty ? sample.from?.first ?? "" : $0 }
    }

    init(_ number: Int, _ kind: MailKind, to recipients: [String]) {
        self.number = number
        self.kind = kind
        self.recipients = recipients
        let sample = SampleMail { mail in
            mail.id = "mail-\(number)"
            mail.recipients = recipients
            if kind.hasMessageID { mail.headers = [("Message-ID", "<\(number)@sender.example>")] }
            kind.change(&mail)
        }
        self.sample = sample
        var text = ""
        for (name, value) in sample.headers + kind.storedHeaders { text += "\(name): \(value)\r\n" }
        if !sample.headers.contains(where: { $0.0 == "From" }) {
            text += "From: jane@sender.example\r\n"
        }
        text += "X-Simulated: \(number)\r\nSubject: Hi\r\n\r\nHello\r\n"
        stored = Array(text.utf8)
    }
}
