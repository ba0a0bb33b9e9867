internal import JSON
internal import Text

extension ReceivedMail {
    /// The envelope and the headers.
    package struct Mail: Equatable, Sendable {
        /// The time at which SES received it, in ISO 8601.
        package let timestamp: String?
        /// The envelope's MAIL FROM.
        package let source: String?
        /// SES's id, which is also the last part of the S3 key.
        package let messageId: String
        package let destination: [String]?
        /// Whether SES left out a part of the headers, of which it sends about 10 KB.
        package internal(set) var headersTruncated: Bool
        package internal(set) var headers: MailHeaders?
        package let commonHeaders: CommonHeaders?

        init(
            messageId: String, timestamp: String? = nil, source: String? = nil,
            destination: [String]? = nil, headersTruncated: Bool = false,
            headers: MailHeaders? = nil, commonHeaders: CommonHeaders? = nil
        ) {
            self.messageId = messageId
            self.timestamp = timestamp
            self.source = source
            self.destination = destination
            self.headersTruncated = headersTruncated
            self.headers = headers
            self.commonHeaders = commonHeaders
        }
    }

    /// The headers that SES picked out.
    package struct CommonHeaders: Equatable, Sendable {
        package let from: [String]?
        package let to: [String]?
        package let date: String?
        /// The sender's Message-ID, with its angle brackets.
        package let messageId: String?
        package let subject: String?

        init(
            from: [String]? = nil, to: [String]? = nil, date: String? = nil,
            messageId: String? = nil, subject: String? = nil
        ) {
            self.from = from
            self.to = to
            self.date = date
            self.messageId = messageId
            self.subject = subject
        }
    }

    /// The results of SES's checks, the recipients, and the place where SES put the mail.
    package struct Receipt: Equatable, Sendable {
        package let timestamp: String?
        package let recipients: [String]?
        package let spamVerdict: Verdict?
        package let virusVerdict: Verdict?
        package let spfVerdict: Verdict?
        package let dkimVerdict: Verdict?
        package let dmarcVerdict: Verdict?
        /// `none`, `quarantine` or `reject`; only there when DMARC failed.
        package let dmarcPolicy: String?
        package let action: Action?

        init(
            timestamp: String? = nil, recipients: [String]? = nil, spamVerdict: Verdict? = nil,
            virusVerdict: Verdict? = nil, spfVerdict: Verdict? = nil,
            dkimVerdict: Verdict? = nil, dmarcVerdict: Verdict? = nil,
            dmarcPolicy: String? = nil, action: Action? = nil
        ) {
            self.timestamp = timestamp
            self.recipients = recipients
            self.spamVerdict = spamVerdict
            self.virusVerdict = virusVerdict
            self.spfVerdict = spfVerdict
            self.dkimVerdict = dkimVerdict
            self.dmarcVerdict = dmarcVerdict
            self.dmarcPolicy = dmarcPolicy
            self.action = action
        }

        /// Whether DMARC failed and the sender's domain asks for such mail to be refused.
        package var isRejectedByDMARC: Bool { hasFailedDMARC(policy: "reject") }

        /// Whether DMARC failed and the sender's domain asks for such mail to be put aside.
        var isQuarantinedByDMARC: Bool { hasFailedDMARC(policy: "quarantine") }

        private func hasFailedDMARC(policy: String) -> Bool {
            dmarcVerdict == .fail && dmarcPolicy?.equalsIgnoringASCIICase(policy) ?? false
        }
    }

    /// The action of the receipt rule that sent the notification. For S3 it names the object.
    package struct Action: Equatable, Sendable {
        let bucketName: String?
        let objectKey: String?

        /// The key of the stored mail, if it is in this bucket; else nil.
        package func key(in bucket: String) -> String? {
            bucketName == bucket && objectKey?.isEmpty == false ? objectKey : nil
        }
    }
}

extension ReceivedMail.Mail {
    init(_ json: JSONValue) throws(FormatError) {
        guard let messageId = json["messageId"]?.string, !messageId.isEmpty else {
            throw FormatError("there is no mail.messageId")
        }
        self.init(
            messageId: messageId, timestamp: json["timestamp"]?.string,
            source: json["source"]?.string,
            destination: try json.addresses("destination"),
            headersTruncated: json["headersTruncated"]?.bool ?? false,
            headers: json["headers"].map(MailHeaders.init),
            commonHeaders: json["commonHeaders"].map(ReceivedMail.CommonHeaders.init))
    }
}

extension ReceivedMail.CommonHeaders {
    init(_ json: JSONValue) {
        self.init(
            from: json["from"]?.array?.compactMap(\.string),
            to: json["to"]?.array?.compactMap(\.string), date: json["date"]?.string,
            messageId: json["messageId"]?.string, subject: json["subject"]?.string)
    }
}

extension ReceivedMail.Receipt {
    init(_ json: JSONValue) throws(FormatError) {
        self.init(
            timestamp: json["timestamp"]?.string, recipients: try json.addresses("recipients"),
            spamVerdict: json["spamVerdict"].map(Verdict.init),
            virusVerdict: json["virusVerdict"].map(Verdict.init),
            spfVerdict: json["spfVerdict"].map(Verdict.init),
            dkimVerdict: json["dkimVerdict"].map(Verdict.init),
            dmarcVerdict: json["dmarcVerdict"].map(Verdict.init),
            dmarcPolicy: json["dmarcPolicy"]?.string,
            action: json["action"].map(ReceivedMail.Action.init))
    }
}

extension ReceivedMail.Action {
    init(_ json: JSONValue) {
        bucketName = json["bucketName"]?.string
        objectKey = json["objectKey"]?.string
    }
}

extension JSONValue {
    /// A list of addresses; nil if it is missing. An item that is not a text is an error, since
    /// half a list would lose a recipient's mail.
    fileprivate func addresses(_ name: String) throws(FormatError) -> [String]? {
        guard let value = self[name], !value.isNull else { return nil }
        guard let list = value.array, case let texts = list.compactMap(\.string),
            texts.count == list.count
        else { throw FormatError("\(name) is no list of addresses") }
        return texts
    }
}
