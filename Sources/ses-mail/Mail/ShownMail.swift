internal import JSON
internal import Mail

/// A stored mail as `mail show` prints it. All its words are a stranger's.
struct ShownMail {
    let stored: StoredMail
    let content: ReceivedPart
    let holding: Holding

    struct Attachment {
        let name: String?
        let type: String
        let byteCount: Int
    }

    private static let names = [
        "From", "Sender", "Reply-To", "To", "Cc", "Subject", "Date", "Message-ID",
    ]

    /// The fields that a person looks for, decoded, and what SES and the pipeline say.
    var fields: [[String]] {
        ShownMail.names.flatMap { name in
            content.headers.values(of: name).map { [name, EncodedWord.decoded($0).escaped()] }
        } + state
    }

    /// All fields of the header, not decoded.
    var allFields: [[String]] {
        content.headers.fields.map { [$0.name.escaped(), $0.value.escaped()] } + state
    }

    private var state: [[String]] {
        let source = stored.source.isEmpty ? "<>" : stored.source
        let verdicts = stored.shownVerdicts.map { "\($0.name) \($0.status)" }
        let reasons = holding.reasons.isEmpty ? "" : " (\(holding.reasons.joined(separator: ", ")))"
        let states = holding.states.joined(separator: ", ")
        return [
            ["Envelope", "\(source) → \(holding.recipients.joined(separator: ", "))".escaped()],
            [
                "Stored",
                "\(stored.object.byteCount) bytes, \(stored.object.lastModified), "
                    + "s3://\(stored.bucket)/\(stored.object.key)",
            ],
            ["Verdicts", verdicts.joined(separator: ", ").escaped()],
            [
                "State",
                (states + reasons
                    + (holding.source == .header ? " (by the header; the log is silent)" : ""))
                    .escaped(),
            ],
        ]
    }

    /// The plain text; of a mail without one, the reason.
    /// - Parameter save: the command that saves the mail.
    func text(save: String) -> String {
        guard let part = content.firstText("text/plain") else {
            return content.firstText("text/html") == nil
                ? "The mail has no text."
                : "The mail has its text as HTML only, which is not shown. Save it, and open the "
                    + "file in a mail program: \(save)"
        }
        let words = part.words
        let text = words.text.escaped(keepingLines: true)
        guard let charset = words.unknownCharset else { return text }
        return "The character set \(charset.escaped()) is not decoded: letters beyond ASCII are "
            + "wrong.\n\n\(text)"
    }

    /// The parts that are attached. The text that is shown is not listed, even if it has a name.
    var attachments: [Attachment] {
        content.attachments.map { part in
            Attachment(name: part.fileName, type: part.type, byteCount: part.content.count)
        }
    }

    var json: JSONValue {
        let attachment: Columns<Attachment> = [
            .data("name", \.name), .data("type", \.type), .data("size", \.byteCount),
        ]
        let text = content.firstText("text/plain")?.words
        let field: Columns<MailHeaders.Field> = [.data("name", \.name), .data("value", \.value)]
        return [
            "message_id": stored.messageID.json, "size": stored.object.byteCount.json,
            "received_at": stored.object.lastModified.json, "bucket": stored.bucket.json,
            "key": stored.object.key.json, "sender": stored.source.json,
            "recipients": holding.recipients.json,
            "from": content.headers["From"].map(EncodedWord.decoded).json,
            "to": content.headers["To"].map(EncodedWord.decoded).json,
            "subject": content.headers["Subject"].map(EncodedWord.decoded).json,
            "headers": field.array(content.headers.fields),
            "verdicts": .object(
                stored.shownVerdicts.map { .init($0.name, .string($0.status)) }),
            "states": holding.kinds.map(\.rawValue).json, "reasons": holding.reasons.json,
            "reason_from": holding.source.rawValue.json, "is_released": holding.isReleased.json,
            "text": (text?.text).json, "unknown_charset": (text?.unknownCharset).json,
            "has_html": (content.firstText("text/html") != nil).json,
            "attachments": attachment.array(attachments),
        ]
    }
}
