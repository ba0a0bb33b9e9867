import JSON

@testable import Mail

/// A notification in SES's form, whose fields are those of an input. Only the form is ours.
struct HostileMail {
    let input: FuzzInput

    /// `"\u{FF}"`-separated fields, by name.
    static func seed(
        options: [UInt8] = Array(repeating: 0, count: 9), source: String = "jane@sender.example",
        recipients: String = "user@example.com|user+tag@example.com", from: String = "",
        subject: String = "Quarterly figures", messageID: String = "<1@sender.example>",
        header: (String, String) = ("X-Loop", "a"), timestamp: String = "2025-01-18T10:00:00.000Z",
        description: String = "The old shop", rest: [String] = []
    ) -> [UInt8] {
        let texts =
            [source, recipients, from, subject, messageID, header.0, header.1, timestamp]
            + [description, "mail-1", ""] + rest
        return options + [FuzzInput.separator]
            + Array(texts.map { Array($0.utf8) }.joined(separator: [FuzzInput.separator]))
    }

    /// A mail with one long field.
    static func growing(
        recipients: String = "", from: String = "", subject: String = "", header: String = "",
        picked: String = ""
    ) -> GrowingInput {
        let fields = ["\u{8}", "jane@sender.example", recipients, from, subject, "<1@a>", "X-Loop"]
        let texts = fields + [header, "2025-01-18T10:00:00Z", "", "mail-1", picked]
        let grown = texts.firstIndex { $0.contains("#") } ?? 0
        let separator = "\u{1E}"
        return GrowingInput(
            texts[..<grown].joined(separator: separator) + separator, texts[grown],
            separator + texts[(grown + 1)...].joined(separator: separator))
    }

    static let seeds = [
        seed(), seed(options: [1, 2, 0, 0, 1, 1, 0, 3, 0], source: ""),
        seed(
            options: [2, 0, 0, 1, 0, 0, 2, 1, 0], source: "a..b@c.example",
            from: "\"A, B\" <a@c.example>", subject: "=?utf-8?q?=E9?= \u{202E}\r\nBcc: x",
            header: ("Auto-Submitted", "auto-replied")),
        seed(
            options: [3, 0, 0, 0, 0, 0, 4, 2, 1], recipients: "postmaster@example.com|é@é.example",
            messageID: "<a b>", header: ("List-Id", "x"), timestamp: "2025-01-18T10:00:00Z"),
    ]
    static let words = [
        "Auto-Submitted", "Precedence", "List-Id", "X-Loop", "From", "Message-ID", "Content-Type",
        "multipart/report", "auto-replied", "bulk", "<>", "@", "|", "+tag", "postmaster@",
        "no-reply@", "*@example.com", "ROUTE#", "=?utf-8?b?", "\r\nBcc: a@b", "--=_", "</td>",
        "2025-01-18T10:00:00Z", "AMAZON_SES_SETUP_NOTIFICATION",
    ]
    /// The number of fields that the mail takes; what follows is the target's own.
    static let fieldCount = 12

    var source: String { input[1] }
    var recipients: [String] {
        input[2].split(separator: "|", omittingEmptySubsequences: false).map(String.init)
    }
    var description: String { input[9] }
    var id: String { input[10].isEmpty ? "mail-1" : input[10] }

    var notification: JSONValue {
        func verdict(_ option: Int, _ usual: String) -> JSONValue {
            let all = [usual, "FAIL", "PASS", "GRAY", "PROCESSING_FAILED", "DISABLED", "?"]
            return ["status": .string(all[input.option(option) % all.count])]
        }
        let flags = input.option(6)
        var receipt: [JSONValue.Member] = [
            .init("timestamp", .string(input[8])), .init("spamVerdict", verdict(1, "PASS")),
            .init("virusVerdict", verdict(2, "PASS")), .init("spfVerdict", verdict(3, "PASS")),
            .init("dmarcVerdict", verdict(4, "PASS")),
            .init("dmarcPolicy", .string(["none", "quarantine", "reject"][input.option(5) % 3])),
        ]
        if flags & 1 == 0 { receipt.append(.init("recipients", Self.texts(recipients))) }
        let from = input[3].isEmpty ? source : input[3]
        return [
            "notificationType": "Received",
            "mail": [
                "timestamp": .string(input[8]), "source": .string(source),
                "messageId": .string(id), "destination": Self.texts(recipients),
                "headersTruncated": .bool(flags & 2 != 0),
                "headers": [
                    ["name": "From", "value": .string(from)],
                    ["name": "Message-ID", "value": .string(input[5])],
                    ["name": .string(input[6]), "value": .string(input[7])],
                ],
                "commonHeaders": [
                    "from": Self.texts([input[11].isEmpty ? from : input[11]]),
                    "messageId": .string(input[5]), "subject": .string(input[4]),
                ],
            ],
            "receipt": .object(receipt),
        ]
    }

    /// The mail, as the functions read it.
    var received: ReceivedMail {
        guard let mail = try? ReceivedMail(notification) else {
            fatalError("a notification in SES's form is not read")
        }
        return mail
    }

    private static func texts(_ texts: [String]) -> JSONValue {
        .array(texts.map { .string($0) })
    }
}
