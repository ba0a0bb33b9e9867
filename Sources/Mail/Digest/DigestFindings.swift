/// Everything that an operator has to look at, as it was found.
package struct DigestFindings: Equatable, Sendable {
    /// An alarm that fires.
    package struct Alarm: Equatable, Sendable {
        /// The name without the environment.
        package let name: String
        package let sinceEpochSeconds: Int

        package init(name: String, sinceEpochSeconds: Int) {
            self.name = name
            self.sinceEpochSeconds = sinceEpochSeconds
        }
    }

    /// A dead-letter queue with messages in it.
    package struct DeadLetters: Equatable, Sendable {
        /// The queue's name, with the environment at its end.
        package let queue: String
        package let count: Int

        package init(queue: String, count: Int) {
            self.queue = queue
            self.count = count
        }
    }

    package let alarms: [Alarm]
    package let deadLetters: [DeadLetters]
    /// Whether there should have been a canary, and was none.
    package let isCanaryMissing: Bool
    /// The mails that reached no inbox, in the order in which they are listed.
    package let mails: [UndeliveredMail]
    /// The time of the last line that was read of a routing log too long to be read to its end, in
    /// epoch seconds.
    package let logReadTo: Int?

    package init(
        alarms: [Alarm], deadLetters: [DeadLetters], isCanaryMissing: Bool,
        mails: [UndeliveredMail], logReadTo: Int? = nil
    ) {
        self.alarms = alarms
        self.deadLetters = deadLetters
        self.isCanaryMissing = isCanaryMissing
        self.mails = mails
        self.logReadTo = logReadTo
    }

    /// The most lines that a digest has.
    package static let lineLimit = 50

    /// Whether nobody has to look at anything.
    package var isEmpty: Bool {
        entryCount == 0 && logReadTo == nil
    }

    /// The number of lines that a digest without a limit would have.
    var entryCount: Int {
        alarms.count + deadLetters.count + canaryLines + mails.count
    }

    var listedAlarms: ArraySlice<Alarm> { alarms.prefix(DigestFindings.lineLimit - canaryLines) }

    var listedDeadLetters: ArraySlice<DeadLetters> {
        deadLetters.prefix(DigestFindings.lineLimit - canaryLines - listedAlarms.count)
    }

    /// The mails that have a line of their own.
    package var listedMails: ArraySlice<UndeliveredMail> {
        mails.prefix(
            DigestFindings.lineLimit - canaryLines - listedAlarms.count - listedDeadLetters.count)
    }

    private var canaryLines: Int { isCanaryMissing ? 1 : 0 }

    func mails(_ kind: UndeliveredMail.Kind) -> [UndeliveredMail] {
        mails.filter { $0.kind == kind }
    }
}
