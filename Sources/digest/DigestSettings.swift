internal import Mail
internal import Process

/// The deployment that a digest is about, and the mailbox that it goes into.
struct DigestSettings {
    /// The time between two digests.
    enum Period: String, CaseIterable {
        case daily
        case weekly

        var days: Int { self == .daily ? 1 : 7 }
    }

    let environment: String
    let mailbox: Mailbox
    let period: Period
    let bucket: String
    /// The log group of the bus, with the router's decisions.
    let routingLog: String
    /// The log group of the forwarder, with Gmail's refusals.
    let forwarderLog: String
    /// The URLs of the dead-letter queues.
    let deadLetterQueues: [String]
    /// Whether a canary has to come in between two digests.
    let isCanaryExpected: Bool

    init(_ environment: Environment) throws(ConfigurationError) {
        self.environment = try environment.required("ENVIRONMENT")
        let address = try environment.required("DIGEST_MAILBOX")
        guard EmailAddress(strict: address) != nil else {
            throw .invalid("DIGEST_MAILBOX", value: address, expected: "an address")
        }
        mailbox = Mailbox(destination: address)
        period = try environment.choice("DIGEST_PERIOD", default: .daily)
        bucket = try environment.required("EMAIL_BUCKET")
        routingLog = try environment.required("ROUTING_LOG_GROUP")
        forwarderLog = try environment.required("FORWARDER_LOG_GROUP")
        deadLetterQueues = environment.list("DEAD_LETTER_QUEUES")
        isCanaryExpected = try environment.flag("CANARY_EXPECTED", default: false)
    }

    /// The digest of that time of the schedule.
    func edition(at time: Int) -> DigestEdition { edition(at: time, day: time) }

    /// The digest of an operator's trial. It counts as that of the schedule's last time: the next
    /// one is still to come, and tells what the trial could not know.
    func trial(at time: Int) -> DigestEdition {
        edition(at: time, day: time - DigestSettings.secondsIntoDay)
    }

    private func edition(at time: Int, day: Int) -> DigestEdition {
        DigestEdition(
            environment: environment, bucket: bucket, mailbox: mailbox, time: time,
            days: period.days, day: day)
    }

    /// The time of day of the schedule in digest.tf, 06:00 UTC.
    private static let secondsIntoDay = 6 * 3600
}
