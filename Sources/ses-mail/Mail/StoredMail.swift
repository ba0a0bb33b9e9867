internal import AWS
internal import ArgumentParser
internal import JSON
internal import Mail
internal import Text

/// A mail in the bucket, and the circumstances of its arrival. SES writes its findings before the
/// mail's own header:
/// `Return-Path`, `Received`, `X-SES-Spam-Verdict`, `X-SES-Virus-Verdict`, `Received-SPF`,
/// `Authentication-Results`. So of each the first one is SES's.
struct StoredMail: Equatable {
    let object: S3.Object
    let bucket: String
    let headers: MailHeaders
    /// Whether only a part of the header was read.
    let headersTruncated: Bool

    /// The part of the header that fits into a message of SQS, however it is escaped (SES itself
    /// sends 10 KB).
    static let headerBytes = 32 << 10

    static let prefix = "emails/"

    static func key(of messageID: String) -> String { prefix + messageID }

    static func messageID(ofKey key: String) -> String { String(key.dropFirst(prefix.count)) }

    /// Whether SES wrote the object when a receipt rule was made.
    static func isSetupNotification(_ key: String) -> Bool {
        messageID(ofKey: key) == "AMAZON_SES_SETUP_NOTIFICATION"
    }

    /// - Parameter beginning: the mail's first bytes, `headerBytes` where it has more.
    init(_ object: S3.Object, bucket: String, beginning: [UInt8]) {
        self.object = object
        self.bucket = bucket
        let block = HeaderBlock(beginning)
        headers = MailHeaders(block.fields)
        headersTruncated = !block.isWhole && beginning.count >= StoredMail.headerBytes
    }

    var messageID: String { StoredMail.messageID(ofKey: object.key) }

    /// The envelope's sender; empty for a report, and where it is not known. No bounce is sent
    /// then.
    var source: String {
        guard let path = headers["Return-Path"] else { return "" }
        return path.first == "<" && path.last == ">" ? String(path.dropFirst().dropLast()) : path
    }

    /// The notification of this mail, as SES would send it to the topic now
    /// (https://docs.aws.amazon.com/ses/latest/dg/receiving-email-notifications-contents.html). Where
    /// the escaped header is too large for a message of SQS, the fields that the router keeps stay.
    func notification(for recipients: [String], verdicts: [JSONValue.Member]) -> [UInt8] {
        let whole = wholeNotification(for: recipients, verdicts: verdicts)
        var bytes = whole.bytes
        guard bytes.count > StoredMail.notificationBytes else { return bytes }
        let evidence = NotificationReduction.keepingBounceHeaders(of: whole)
        bytes = evidence.bytes
        guard bytes.count > StoredMail.notificationBytes else { return bytes }
        return NotificationReduction.keepingShortHeaders(of: evidence).bytes
    }

    /// SQS takes 256 KB, its attributes included.
    private static let notificationBytes = 200_000

    private func wholeNotification(for recipients: [String], verdicts: [JSONValue.Member])
        -> JSONValue
    {
        let addresses = JSONValue.array(recipients.map { .string($0) })
        let timestamp = JSONValue.string(object.lastModified)
        return [
            "notificationType": "Received",
            "mail": [
                "timestamp": timestamp, "source": .string(source),
                "messageId": .string(messageID), "destination": addresses,
                "headersTruncated": .bool(headersTruncated),
                "headers": .array(
                    headers.fields.map {
                        ["name": .string($0.name), "value": .string($0.value)]
                    }),
                "commonHeaders": commonHeaders,
            ],
            "receipt": .object(
                [.init("timestamp", timestamp), .init("recipients", addresses)] + verdicts + [
                    .init(
                        "action",
                        [
                            "type": "S3", "bucketName": .string(bucket),
                            "objectKeyPrefix": .string(StoredMail.prefix),
                            "objectKey": .string(object.key),
                        ])
                ]),
        ]
    }

    private var commonHeaders: JSONValue {
        var members = [JSONValue.Member("returnPath", .string(source))]
        for (name, field) in [("from", "From"), ("to", "To")] {
            if let value = headers[field] {
                members.append(.init(name, [.string(EncodedWord.decoded(value))]))
            }
        }
        for (name, field) in [("date", "Date"), ("messageId", "Message-ID")] {
            if let value = headers[field] { members.append(.init(name, .string(value))) }
        }
        if let value = headers["Subject"] {
            members.append(.init("subject", .string(EncodedWord.decoded(value))))
        }
        return .object(members)
    }
}

extension SESIdentifier {
    static func check(_ text: String) throws {
        guard isOne(text) else {
            throw ValidationError("An SES id has letters, digits and hyphens only.")
        }
    }
}
