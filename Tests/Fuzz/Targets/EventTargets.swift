import AWS
import Delivery
import JSON
import Lambda
import SMTPCredentials
import Text

@testable import Mail
@testable import bouncer
@testable import gmail_forwarder
@testable import router_enrichment

extension FuzzTarget {
    static let eventTargets = [routerBytes, routerMail, handlerBytes, streamEvent]

    private static let routerBytes = FuzzTarget(
        name: "router-event",
        seeds: HostileMail.seeds.flatMap { seed in
            let text = HostileMail(input: FuzzInput(seed)).notification.text
            return Envelope.allCases.map { $0.event(around: text) }
        },
        words: [
            "\"Records\"", "\"Sns\":{\"Message\":", "\"ses\":", "\"body\":", "\"Type\"",
            "\"Notification\"", "\"mail\":", "\"receipt\":", "\"recipients\":", "\"headers\":",
            "\"notificationType\"", "\"eventType\"", "\"messageId\"", #"\ud800"#, #"\\ud800"#,
        ]
    ) { input in
        guard let records = try? InboundRecord.records(input.bytes) else { return nil }
        require(!records.isEmpty, "no event is empty")
        for record in records.prefix(20) { checkNotification(record, input.junkDelivery) }
        return nil
    }

    private static let routerMail = FuzzTarget(
        name: "router-mail", seeds: HostileMail.seeds, words: HostileMail.words,
        growing: [
            HostileMail.growing(recipients: "a#@b.example|"),
            HostileMail.growing(from: "A# <a#@b.example>, "),
            HostileMail.growing(picked: "A# <a#@b.example>, "),
            HostileMail.growing(recipients: "a#\u{7F}@b.example|"),
        ]
    ) { input in
        let hostile = HostileMail(input: input)
        let text = hostile.notification.text
        let envelope = Envelope.allCases[input.option(8) % Envelope.allCases.count]
        guard let records = try? InboundRecord.records(envelope.event(around: text)) else {
            fatalError("a mail in an envelope is not read: \(envelope)")
        }
        require(records.count == 1, "one record")
        // Of the headers only those that the router asks for are kept.
        require(
            records[0].mail.replacingHeaders(with: MailHeaders())
                == hostile.received.replacingHeaders(with: MailHeaders()),
            "the same mail in each envelope")
        checkNotification(records[0], input.junkDelivery)
        return nil
    }

    /// The handlers read in the decision what the router has read in the event.
    private static func checkNotification(_ record: InboundRecord, _ policy: JunkDelivery) {
        guard let value = try? JSONValue(parsing: record.notification),
            let mail = try? ReceivedMail(value)
        else { fatalError("the handlers cannot read the notification") }
        require(mail.mail.messageId == record.mail.mail.messageId, "the same mail")
        require(mail.recipients == record.mail.recipients, "the same recipients")
        let routed = RoutedMail(record.mail, junkDelivery: policy)
        let keys = RoutingTable.keys(for: routed, junkDelivery: policy)
        require(keys.allSatisfy { (1...2048).contains($0.utf8.count) }, "keys of the table")
        guard
            let outcome = try? RoutingPolicy.decide(
                routed, by: RoutingTable([]), junkDelivery: policy)
        else { return require(mail.recipients.isEmpty, "only a mail for nobody fails") }
        checkDecision(
            RoutingDecision(
                originalMessageId: mail.mail.messageId, body: record.notification,
                traceHeader: record.traceHeader, actions: outcome.actions))
    }

    /// A decision fits the bus, and comes back as it was.
    static func checkDecision(_ decision: RoutingDecision) {
        guard let fitting = try? decision.fittingTheBus() else { return }
        let bytes = RoutingDecision.json(of: [fitting])
        require(bytes.count <= 240_002, "the size of an element: \(bytes.count)")
        guard let elements = try? JSONValue(parsing: bytes).array, elements.count == 1,
            let read = try? RoutingDecision(elements[0])
        else {
            require(fitting.originalMessageId.isEmpty, "a decision is not read back")
            return
        }
        require(read == fitting, "a decision comes back as it was")
        checkLog(fitting.actions)
    }

    private static func checkLog(_ actions: RoutingActions) {
        let log = actions.log
        require(
            !log.utf8.contains { $0 < 0x20 || $0 > 0x7E || "\"\\<>".utf8.contains($0) },
            "the log is plain")
        let targets =
            actions.store.map { Optional($0.target) }
            + actions.forwardToGmail.map { $0.isCanary ? nil : $0.target }
            + actions.bounce.map(\.target)
        require(
            RoutingActions.entries(ofLog: log)?.map(\.target) == targets,
            "the log names the targets")
    }

    private static let handlerBytes = FuzzTarget(
        name: "handler-record",
        seeds: HostileMail.seeds.flatMap { seed -> [[UInt8]] in
            let mail = HostileMail(input: FuzzInput(seed))
            let target = RoutingTarget(target: "a@b", rule: "ROUTE#*", description: "d")
            let forward = ForwardTarget(
                target: "a@b", destination: "Me@gmail.com", rule: "ROUTE#a@b",
                labelIDs: ["INBOX", "Label_1"], isNeverSpam: true)
            let decision = RoutingDecision(
                originalMessageId: "mail-1", body: mail.notification.text,
                actions: RoutingActions(
                    store: [target],
                    forwardToGmail: [
                        forward, .junk(target: "c@d", destination: "me@gmail.com", rule: nil),
                        .canary(target: "e@f", mailbox: "me@gmail.com"),
                    ], bounce: [target]))
            let detail = RoutingDecision.json(of: [decision]).dropFirst().dropLast()
            return [Array(detail), Array("{\"detail\":".utf8) + detail + Array("}".utf8)]
        },
        words: [
            "\"detail\":", "\"actions\":", "\"count\":", "\"targets\":", "\"target\":",
            "\"destination\":", "\"labelIds\":", "\"junk\":true", "\"canary\":true", "\"body\":",
            "\"store\"", "\"bounce\"", "\"forward-to-gmail\"", "1e0", "\"originalMessageId\"",
        ],
        growing: ["forward-to-gmail", "bounce"].map { action in
            GrowingInput(
                #"{"originalMessageId":"m","body":"{\"mail\":{\"messageId\":\"m\"}}","actions":{""#
                    + action + #"":{"targets":["#,
                #"{"target":"a#@b.example","destination":"a#@gmail.com","labelIds":["Label_#"]},"#,
                #"{"target":"a","destination":"b"}],"count":#}}}"#)
        }
    ) { input in
        let record = SQSRecord(["messageId": "1", "body": .string(input.text)])
        if let request = try? ForwardRequest(record, bucket: "bucket") {
            require(!request.imports.isEmpty, "something to import")
            let keys = request.imports.map(request.key)
            require(Set(keys.map { Array($0.sk.utf8) }).count == keys.count, "one claim a mailbox")
            checkDecision(request.decision)
        }
        if let request = try? BounceRequest(record) {
            require(!request.targets.isEmpty, "something to report")
            checkDecision(request.decision)
        }
        return nil
    }

    private static let streamEvent = FuzzTarget(
        name: "stream-event",
        seeds: ["USER#john", "RETIRE#john#AKIA1", "USER#a,b\r\n"].map { key in
            let image: JSONValue = [
                "SK": ["S": .string(key)], "iam_user_name": ["S": "ses-smtp-user-a-1"],
                "status": ["S": "pending"], "n": ["N": "1"], "b": ["B": "AA=="],
                "allowed_from_addresses": ["L": [["S": "a@b.example"], ["S": "*@b.example"]]],
                "set": ["SS": ["x"]], "map": ["M": ["x": ["NULL": true]]], "t": ["BOOL": true],
            ]
            let event: JSONValue = [
                "Records": [
                    [
                        "dynamodb": [
                            "ApproximateCreationDateTime": .number("1700000000.5"),
                            "SequenceNumber": "1",
                            "Keys": ["PK": ["S": "SMTP_USER"], "SK": ["S": .string(key)]],
                            "OldImage": image,
                        ]
                    ]
                ]
            ]
            return event.bytes
        },
        words: [
            "\"Records\"", "\"dynamodb\"", "\"Keys\"", "\"OldImage\"", "{\"S\":", "{\"L\":[",
            "{\"SS\":[", "{\"M\":{", "USER#", "RETIRE#", "1e400", "-1e400", "9223372036854775807",
            "\"allowed_from_addresses\"", "*@", "${", "ses-smtp-user-",
        ]
    ) { input in
        guard let event = try? DynamoDBStreamEvent(input.bytes) else { return nil }
        for record in event.records {
            require(!record.sequenceNumber.isEmpty, "a record has a name")
            guard let keys = record.keys else { continue }
            let image = record.oldImage.map { Item($0) }
            let change = RowChange(keys: Item(keys), oldImage: image, epochSeconds: 1)
            if case .user(let name)? = change?.subject {
                require((1...39).contains(name.text.utf8.count), "a name has a length")
                require(!name.tagValue.utf8.contains(UInt8(ascii: ",")), "a tag's value")
            }
            guard let image else { continue }
            require(Item(image.json) == image, "an item is read back")
            _ = CredentialRow(image)
            checkSenders(image["allowed_from_addresses"])
        }
        return nil
    }

    /// A list of senders means in IAM what it says.
    static func checkSenders(_ attribute: AttributeValue?) {
        guard let list = try? SenderList(attribute) else { return }
        require(!list.patterns.isEmpty, "a list allows somebody")
        guard let policy = try? JSONValue(parsing: list.policy),
            let allowed = policy["Statement"]?.array?[0]["Condition"]?["StringLike"]?[
                "ses:FromAddress"]?.array
        else { fatalError("a policy is no JSON") }
        require(allowed.compactMap(\.string) == list.patterns, "the policy is the list")
        for pattern in list.patterns {
            let stars = pattern.utf8.count { $0 == UInt8(ascii: "*") }
            let isWide = pattern == "*" || pattern.utf8.starts(with: "*@".utf8)
            require(stars == (isWide ? 1 : 0), "no wildcard within: \(pattern)")
            require(!pattern.containsBytes(of: "${") && !pattern.utf8.contains(0x3F), "no variable")
            require(pattern.utf8.allSatisfy { 0x21...0x7E ~= $0 }, "a pattern is plain")
        }
    }
}

/// The forms in which a notification reaches the router.
private enum Envelope: CaseIterable {
    case queue, topicInQueue, queueInRecords, topic, lambda

    func event(around notification: String) -> [UInt8] {
        let body: JSONValue = .string(notification)
        let wrapped: JSONValue = ["Type": "Notification", "Message": body]
        let record: JSONValue = [
            "messageId": "1", "body": self == .topicInQueue ? .string(wrapped.text) : body,
            "attributes": ["ApproximateReceiveCount": "2", "AWSTraceHeader": "Root=1-2-3"],
        ]
        let event: JSONValue
        switch self {
        case .queue, .topicInQueue: event = [record]
        case .queueInRecords: event = ["Records": [record]]
        case .topic: event = ["Records": [["Sns": ["Message": body]]]]
        case .lambda:
            // The same document, as an object.
            let ses = (try? JSONValue(parsing: notification)) ?? .null
            event = [["eventSource": "aws:ses", "ses": ses]]
        }
        return event.bytes
    }
}

extension JSONValue {
    var text: String { String(decoding: bytes, as: UTF8.self) }
}
