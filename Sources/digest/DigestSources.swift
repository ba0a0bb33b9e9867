internal import AWS
internal import JSON
internal import Mail

/// The places where a digest looks. None of them is changed.
struct DigestSources {
    /// Reads the lines of a log group that match, oldest first. Returns the time of the last one,
    /// in epoch seconds, if there are more than a digest reads.
    let readLog:
        (_ search: CloudWatchLogs.Search, _ take: (CloudWatchLogs.Event) -> Void)
            throws -> Int?
    let firingAlarms: () throws -> [CloudWatch.Alarm]
    let countMessages: (_ queueURL: String) throws -> Int
    /// Returns the beginning of a stored mail; nil if it is not stored.
    let readBeginning: (_ key: String) throws -> [UInt8]?
    /// The time until the invocation must be answered.
    let secondsLeft: () -> Double
    /// The hosts that are asked.
    var endpoints: [String] = []
}

extension DigestSources {
    /// The time that stays for everything after the logs, and for everything after the headers.
    private static let secondsAfterLogs = 20.0
    private static let secondsAfterHeaders = 10.0
    /// The most lines that are read of a log.
    static let lineLimit = 50_000
    /// Few headers are longer.
    private static let headerBytes = 32 << 10

    init(_ settings: DigestSettings, _ session: AWSSession, secondsLeft: @escaping () -> Double) {
        let logs = CloudWatchLogs(session)
        let alarms = CloudWatch(session)
        let queues = SQS(session)
        let storage = S3(session)
        self.init(
            readLog: { search, take in
                var pages = logs.pages(of: search)
                var (count, last) = (0, search.range.startMilliseconds)
                do throws(AWSError) {
                    while let events = try pages.next() {
                        for event in events {
                            take(event)
                            last = max(last, event.timestamp)
                        }
                        count += events.count
                        if count >= DigestSources.lineLimit { return last / 1000 }
                        if secondsLeft() < DigestSources.secondsAfterLogs { return last / 1000 }
                    }
                } catch .cut {
                    return last / 1000
                }
                return nil
            },
            firingAlarms: {
                try AlarmName.commonPrefixes.flatMap { try alarms.firingAlarms(prefix: $0) }
            },
            countMessages: { try queues.queue(at: $0).total },
            readBeginning: { key in
                try storage.getBeginning(
                    bucket: settings.bucket, key: key, byteCount: DigestSources.headerBytes)
            }, secondsLeft: secondsLeft,
            endpoints: [
                logs.endpoint, alarms.endpoint, queues.endpoint,
                storage.url(bucket: settings.bucket, key: ""),
            ])
    }

    /// Looks into each source but the stored mails.
    func findings(_ settings: DigestSettings, _ edition: DigestEdition) throws -> DigestFindings {
        var survey = DecisionSurvey()
        let range = TimeRange(
            startMilliseconds: edition.start * 1000, endMilliseconds: edition.end * 1000)
        let refusals = CloudWatchLogs.Search(
            group: settings.forwarderLog, pattern: #"{ $.outcome = "refused" }"#, range: range)
        let refusalsReadTo = try readLog(refusals) { survey.addRefusal($0) }
        let decisions = CloudWatchLogs.Search(group: settings.routingLog, range: range)
        let decisionsReadTo = try readLog(decisions) { event in
            if let line = RoutingLogLine(event.message, timestamp: event.timestamp) {
                survey.add(line)
            }
        }
        let alarms = try firingAlarms().filter {
            $0.state == "ALARM" && AlarmName.isOurs($0.name, in: settings.environment)
        }.map { alarm in
            DigestFindings.Alarm(
                name: AlarmName.heading(alarm.name, in: settings.environment),
                sinceEpochSeconds: alarm.since)
        }
        let deadLetters = try settings.deadLetterQueues.map { url in
            DigestFindings.DeadLetters(
                queue: url.split(separator: "/").last.map(String.init) ?? url,
                count: try countMessages(url))
        }
        let logReadTo = [refusalsReadTo, decisionsReadTo].compactMap(\.self).min()
        return DigestFindings(
            alarms: alarms.sorted { $0.name < $1.name },
            deadLetters: deadLetters.filter { $0.count > 0 },
            isCanaryMissing: settings.isCanaryExpected && survey.canaryCount == 0
                && decisionsReadTo == nil,
            mails: survey.mails, logReadTo: logReadTo)
    }

    /// The headers of the mails that a digest lists, as far as time allows.
    /// - Parameter warn: receives a failure to read one. The digest is made without it.
    func headers(
        of mails: ArraySlice<UndeliveredMail>, warn: (any Error) -> Void
    ) -> [String: DigestMessage.Header] {
        var headers: [String: DigestMessage.Header] = [:]
        for mail in mails where secondsLeft() > DigestSources.secondsAfterHeaders {
            do {
                let beginning = try readBeginning("emails/\(mail.id)")
                headers[mail.id] =
                    beginning.map { .read(MailHeaders(HeaderBlock($0).fields)) } ?? .gone
            } catch {
                warn(error)
                headers[mail.id] = .unread
            }
        }
        return headers
    }
}

extension DecisionSurvey {
    /// Takes up a line of the forwarder, if it says that Gmail refused a mail.
    fileprivate mutating func addRefusal(_ event: CloudWatchLogs.Event) {
        // A line that is not JSON is not the function's own.
        guard let line = try? JSONValue(parsing: event.message),
            line["outcome"]?.string == "refused", let id = line["messageId"]?.string
        else { return }
        addRefusal(of: id, at: event.timestamp, reason: line["reason"]?.string ?? "")
    }
}
