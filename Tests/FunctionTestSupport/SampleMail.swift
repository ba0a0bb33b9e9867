package import JSON

/// A mail as SES tells of it, with what a test wants to be different.
package struct SampleMail {
    package static let bucket = "mail-bucket"

    package var id = "mail-1"
    package var type = "Received"
    package var source = "jane@sender.example"
    package var recipients: [String]? = ["user@example.com"]
    package var destination = ["stranger@elsewhere.example"]
    package var subject = "Quarterly figures"
    package var headers: [(String, String)] = [("Message-ID", "<1@sender.example>")]
    package var verdicts = ["spf": "PASS", "dkim": "PASS"]
    package var dmarcPolicy: String?
    package var headersTruncated = false
    /// Of the common headers; nil: the source.
    package var from: [String]?
    package var bucket = SampleMail.bucket
    package var objectKey: String?

    package init() {}

    package init(_ change: (inout SampleMail) -> Void) {
        change(&self)
    }

    package var notification: JSONValue {
        var receipt: [JSONValue.Member] = [
            .init("timestamp", "2025-01-18T10:00:00.000Z"),
            .init(
                "action",
                [
                    "type": "S3", "bucketName": .string(bucket), "objectKeyPrefix": "emails",
                    "objectKey": .string(objectKey ?? "emails/\(id)"),
                ]),
        ]
        if let recipients {
            receipt.append(.init("recipients", .array(recipients.map { .string($0) })))
        }
        for (name, status) in verdicts.sorted(by: { $0.key < $1.key }) {
            receipt.append(.init("\(name)Verdict", ["status": .string(status)]))
        }
        if let dmarcPolicy { receipt.append(.init("dmarcPolicy", .string(dmarcPolicy))) }
        return [
            "notificationType": .string(type),
            "mail": [
                "timestamp": "2025-01-18T10:00:00.000Z", "source": .string(source),
                "messageId": .string(id),
                "destination": .array(destination.map { .string($0) }),
                "headersTruncated": .bool(headersTruncated),
                "headers": .array(
                    headers.map { ["name": .string($0.0), "value": .string($0.1)] }),
                "commonHeaders": [
                    "from": .array((from ?? [source]).map { .string($0) }),
                    "to": ["user@example.com"],
                    "messageId": "<1@sender.example>", "subject": .string(subject),
                ],
            ],
            "receipt": .object(receipt),
        ]
    }

    package var text: String { String(decoding: notification.bytes, as: UTF8.self) }
}

extension JSONValue {
    fileprivate func adding(_ members: JSONValue) -> JSONValue {
        .object((self.members ?? []) + (members.members ?? []))
    }
}

/// A record of a queue.
package enum SampleRecord {
    package static func sqs(
        _ body: String, messageID: String = "record-1", receiveCount: String? = "1",
        traceHeader: String? = nil
    ) -> JSONValue {
        var attributes: [JSONValue.Member] = []
        if let receiveCount {
            attributes.append(.init("ApproximateReceiveCount", .string(receiveCount)))
        }
        if let traceHeader { attributes.append(.init("AWSTraceHeader", .string(traceHeader))) }
        return [
            "messageId": .string(messageID), "receiptHandle": "handle", "body": .string(body),
            "attributes": .object(attributes), "eventSource": "aws:sqs",
        ]
    }

    /// What Lambda hands to a handler: a batch of records.
    package static func batch(_ records: JSONValue...) -> [UInt8] {
        (["Records": .array(records)] as JSONValue).bytes
    }
}

/// A routing decision as the bus delivers it.
package struct SampleDecision {
    package var mail = SampleMail()
    package var id = "mail-1"
    /// Recipient and Gmail address.
    package var forward: [(String, String)] = []
    /// Recipient → what its target says beside that.
    package var members: [String: JSONValue] = [:]
    package var bounce: [String] = []
    package var store: [String] = []
    package var rule = "ROUTE#*"
    package var description: String?
    package var traceHeader: String?
    /// Whether what is forwarded is the canary.
    package var isCanary = false

    package init(_ change: (inout SampleDecision) -> Void) {
        change(&self)
    }

    package var detail: JSONValue {
        var description: [JSONValue.Member] = []
        if let text = self.description { description.append(.init("description", .string(text))) }
        func target(_ address: String) -> JSONValue {
            .object(
                [.init("target", .string(address)), .init("rule", .string(rule))] + description)
        }
        var detail: [JSONValue.Member] = [
            .init("originalMessageId", .string(id)), .init("eventSource", "aws:sqs"),
            .init("body", .string(mail.text)),
            .init(
                "actions",
                [
                    "store": counted(store.map(target)),
                    "forward-to-gmail": counted(
                        forward.map { recipient, mailbox in
                            let target: JSONValue = [
                                "target": .string(recipient), "destination": .string(mailbox),
                            ]
                            return isCanary
                                ? target.adding(["canary": true, "labelIds": ["TRASH"]])
                                : target.adding(["rule": .string(rule)])
                                    .adding(members[recipient] ?? [:])
                        }),
                    "bounce": counted(bounce.map(target)),
                ]),
        ]
        if let traceHeader { detail.append(.init("traceHeader", .string(traceHeader))) }
        return .object(detail)
    }

    /// The event with the decision inside, as a queue's record holds it.
    package func record(messageID: String = "record-1") -> JSONValue {
        let event: JSONValue = [
            "version": "0", "id": "11112222-3333", "detail-type": "Email Routing Decision",
            "source": "ses.email.router", "account": "123456789012",
            "time": "2025-01-18T10:00:00Z", "region": "us-east-1", "resources": [],
            "detail": detail,
        ]
        return SampleRecord.sqs(
            String(decoding: event.bytes, as: UTF8.self), messageID: messageID)
    }

    private func counted(_ targets: [JSONValue]) -> JSONValue {
        ["count": .integer(targets.count), "targets": .array(targets)]
    }
}
