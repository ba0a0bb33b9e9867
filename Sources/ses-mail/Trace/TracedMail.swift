internal import AWS
internal import ArgumentParser
internal import Mail
internal import Text

/// The mail that `trace` is asked about.
enum TracedMail: ExpressibleByArgument, Equatable {
    case identifier(String)
    /// With its angle brackets.
    case messageIDField(MessageIdentifier)
    case recipient(EmailAddress)

    init?(argument: String) {
        if SESIdentifier.isOne(argument) {
            self = .identifier(argument)
        } else if argument.utf8.first == UInt8(ascii: "<") {
            guard let field = MessageIdentifier(argument), field.text.hasSameBytes(as: argument)
            else { return nil }
            self = .messageIDField(field)
        } else {
            guard let address = EmailAddress(strict: argument) else { return nil }
            self = .recipient(address)
        }
    }

    /// `with the Message-ID <…>`
    var words: String {
        switch self {
        case .identifier(let id): id
        case .messageIDField(let field): "with the Message-ID \(field.text)"
        case .recipient(let address): "for \(address.text)"
        }
    }

    /// Where it was looked for.
    var places: String {
        switch self {
        case .identifier: ""
        case .messageIDField:
            "Only stored mail can be found by it: mail that was imported is in Gmail's search "
                + "(rfc822msgid:)."
        case .recipient: "The routing log is kept for 30 days."
        }
    }
}

extension TracedMail {
    /// A mail that may be the one that is meant.
    struct Match: Equatable {
        let messageID: String
        /// When it was routed, or stored.
        let epochSeconds: Int
        let recipients: [String]
        let words: String

        static var columns: Columns<Match> {
            [
                Column("ID", "message_id", \.messageID),
                Column("TIME", "timestamp") { Clock.text($0.epochSeconds) },
                Column("TO", "recipients", \.recipients), Column("", "detail", \.words),
            ]
        }
    }

    /// The search for a mail whose SES id is not known.
    struct Search {
        private let deployment: Deployment
        private let since: Since?

        init(_ deployment: Deployment, since: Since?) {
            self.deployment = deployment
            self.since = since
        }

        /// The mail that is found, newest first, each once.
        func find(_ mail: TracedMail) throws -> [Match] {
            switch mail {
            case .identifier: return []
            case .messageIDField(let field): return try stored(field)
            case .recipient(let address): return try routed(address)
            }
        }

        private func stored(_ field: MessageIdentifier) throws -> [Match] {
            let bucket = try MailBucket(deployment)
            var found: [Match] = []
            try bucket.forEach(try bucket.objects(since: since)) {
                bucket, object throws(AWSError) in
                try bucket.mail(object)
            } take: { mails in
                for case let mail? in mails
                where mail.headers["Message-ID"].flatMap(MessageIdentifier.init) == field {
                    found.append(
                        Match(
                            messageID: mail.messageID,
                            epochSeconds: mail.object.modifiedAt ?? 0,
                            recipients: Holding(mail, [], rows: []).recipients,
                            words: EncodedWord.decoded(mail.headers["Subject"] ?? "")
                                .shortened(to: 60)))
                }
                return true
            }
            return found
        }

        private func routed(_ address: EmailAddress) throws -> [Match] {
            let log = RoutingLog(deployment)
            let start = try since?.epochSeconds ?? Clock.epochSeconds() - log.retentionSeconds()
            let lines = try log.decisions(for: address, in: TimeRange(since: start))
            let last = Dictionary(lines.map { ($0.messageID, $0) }, uniquingKeysWith: { $1 })
            return last.values.sorted {
                ($0.timestamp, $0.messageID) > ($1.timestamp, $1.messageID)
            }.map { line in
                let targets = line.targets ?? []
                return Match(
                    messageID: line.messageID, epochSeconds: line.timestamp / 1000,
                    recipients: targets.map(\.recipient).uniqued,
                    words: targets.map(\.action).uniqued.joined(separator: ", "))
            }
        }
    }
}
