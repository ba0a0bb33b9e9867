internal import JSON
internal import Lambda
internal import Mail
internal import Text

/// One notification, taken out of the envelope in which it arrived: the pipe's SQS record,
/// `{"Records":[…]}` of SQS or SNS, or the documented `{"ses":{…}}`.
struct InboundRecord {
    let mail: ReceivedMail
    /// The SES notification's JSON, as the handlers will read it.
    let notification: String
    let receiveCount: Int
    let traceHeader: String?

    /// Reads all records of an event. A record that cannot be read makes the event a `BadEvent`.
    static func records(_ event: [UInt8]) throws(BadEvent) -> [InboundRecord] {
        // `try?`: a text that is not JSON is not a list of records either.
        guard let document = try? JSONValue(parsing: event),
            let envelopes = document.array ?? document["Records"]?.array
        else { throw BadEvent("it is neither a list of records nor an object with Records") }
        // After an empty answer the pipe would delete the message, although nobody could read it.
        guard !envelopes.isEmpty else { throw BadEvent("it has no records") }
        var records: [InboundRecord] = []
        for envelope in envelopes { records.append(try InboundRecord(envelope)) }
        return records
    }

    private init(_ envelope: JSONValue) throws(BadEvent) {
        let record = SQSRecord(envelope)
        receiveCount = record.receiveCount
        traceHeader = record.traceHeader
        let document: JSONValue
        if let ses = envelope["ses"] {
            document = ses
            notification = String(decoding: ses.bytes, as: UTF8.self)
        } else if let text = envelope["Sns"]?["Message"]?.string ?? record.body {
            (notification, document) = try InboundRecord.unwrapped(text)
        } else {
            throw BadEvent("a record with neither body nor ses")
        }
        do {
            mail = try ReceivedMail(document)
        } catch {
            throw BadEvent("a body that is no SES notification: \(error)")
        }
    }

    /// The notification itself, or the one inside an SNS envelope, which is there when raw delivery
    /// is off (https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html).
    private static func unwrapped(_ body: String) throws(BadEvent) -> (String, JSONValue) {
        let (text, document) = try readable(body)
        guard document["Type"]?.string == "Notification",
            let message = document["Message"]?.string
        else { return (text, document) }
        return try readable(message)
    }

    /// The document, and its text as it came. A document with a lone surrogate is written anew,
    /// since strict readers refuse the original.
    private static func readable(_ text: String) throws(BadEvent) -> (String, JSONValue) {
        do {
            let (document, isRepaired) = try JSONValue.parse(text, filter: headers)
            guard isRepaired else { return (text, document) }
            let whole = try JSONValue(parsing: text)
            return (String(decoding: whole.bytes, as: UTF8.self), whole)
        } catch {
            throw BadEvent("a body that is \(error)")
        }
    }

    /// The headers that are read. They are the largest part of a notification, and the router needs
    /// only these.
    private static let headers = JSONFilter(
        list: "headers", member: "name",
        wanted: ["From", "X-Ses-Mail-Canary", "X-Integration-Test-Token"])
}
