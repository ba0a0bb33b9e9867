extension ReceivedMail {
    /// What is known from the envelope and the headers?
    package struct Mail: Equatable, Sendable, Decodable {
        /// When SES received it, ISO 8601.
        package let timestamp: String?
        /// The envelope's MAIL FROM.
        package let source: String?
        /// SES's id, which is also the last part of the S3 key.
        package let messageId: String
        package let destination: [String]?
        /// Whether SES or the router left out some of the headers.
        package let headersTruncated: Bool?
        package let headers: MailHeaders?
        package let commonHeaders: CommonHeaders?

        package init(
            messageId: String, timestamp: String? = nil, source: String? = nil,
            destination: [String]? = nil, headersTruncated: Bool? = nil,
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

    /// Which headers did SES pick out?
    package struct CommonHeaders: Equatable, Sendable, Decodable {
        package let returnPath: String?
        package let from: [String]?
        package let to: [String]?
        package let date: String?
        /// The sender's Message-ID, with its angle brackets.
        package let messageId: String?
        package let subject: String?

        package init(
            returnPath: String? = nil, from: [String]? = nil, to: [String]? = nil,
            date: String? = nil, messageId: String? = nil, subject: String? = nil
        ) {
            self.returnPath = returnPath
            self.from = from
            self.to = to
            self.date = date
            self.messageId = messageId
            self.subject = subject
        }
    }

    /// What did SES check, for whom, and where did it put the mail?
    package struct Receipt: Equatable, Sendable, Decodable {
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

        package init(
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
    }

    /// Which action of the receipt rule told of the mail? For S3 it names the object.
    package struct Action: Equatable, Sendable, Decodable {
        package let type: String?
        package let bucketName: String?
        package let objectKeyPrefix: String?
        package let objectKey: String?

        package init(
            type: String? = nil, bucketName: String? = nil, objectKeyPrefix: String? = nil,
            objectKey: String? = nil
        ) {
            self.type = type
            self.bucketName = bucketName
            self.objectKeyPrefix = objectKeyPrefix
            self.objectKey = objectKey
        }
    }
}
