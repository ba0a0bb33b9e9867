internal import AWS
internal import Lambda
internal import Logging
internal import SMTPCredentials

/// Takes the changes of a batch in their order and stops at the first that fails: from there on all
/// are delivered again
/// (https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html).
struct StreamHandler {
    let apply: (RowChange) throws(CredentialError) -> RowOutcome
    let metrics: Metrics

    func handle(_ invocation: Invocation) throws -> [UInt8] {
        for record in try DynamoDBStreamEvent(invocation.event).records {
            guard let keys = record.keys else {
                return fail(record, "the record has no keys", invocation)
            }
            let epochSeconds = record.epochSeconds ?? -1
            guard
                let change = RowChange(
                    keys: Item(keys), oldImage: record.oldImage.map { Item($0) },
                    newImage: record.newImage.map { Item($0) }, epochSeconds: epochSeconds)
            else { continue }
            // Ten digits at most, which is what an IAM user's name has room for.
            guard (0...9_999_999_999).contains(epochSeconds) else {
                return fail(record, "the record has no time", invocation)
            }
            do {
                report(try apply(change), of: change, invocation)
            } catch {
                reportFailure(error, of: change, invocation)
                return Batch.response([record.sequenceNumber])
            }
        }
        return Batch.response([])
    }

    private func fail(
        _ record: DynamoDBStreamEvent.Record, _ reason: Logger.Message, _ invocation: Invocation
    ) -> [UInt8] {
        invocation.logger.error(
            reason, metadata: ["sequenceNumber": "\(record.sequenceNumber)"])
        return Batch.response([record.sequenceNumber])
    }

    private func report(
        _ outcome: RowOutcome, of change: RowChange, _ invocation: Invocation
    ) {
        let logger = invocation.logger
        let name: Logger.Metadata = ["username": "\(change.name)"]
        switch outcome {
        case .unchanged: logger.debug("nothing was to be done", metadata: name)
        case .changed: logger.info("IAM was brought to the row", metadata: name)
        case .provisioned:
            logger.info("the credential was made", metadata: name)
            metrics.count([.smtpCredentialCreations: 1, .smtpCredentialCreationFailures: 0])
        case .rotated: logger.info("the credential was rotated", metadata: name)
        case .deleted:
            logger.info("the credential was deleted", metadata: name)
            metrics.count([.smtpCredentialDeletions: 1, .smtpCredentialDeletionFailures: 0])
        case .reported(let message):
            logger.warning(
                "the row has an error", metadata: name.merging(["reason": "\(message)"]) { $1 })
            metrics.count([.smtpCredentialCreationFailures: 1])
        case .currentKeyKept:
            logger.error("a timer ended for the key in use; the key is kept", metadata: name)
        }
    }

    private func reportFailure(
        _ error: CredentialError, of change: RowChange, _ invocation: Invocation
    ) {
        invocation.logger.error(
            "the change was not carried out",
            metadata: ["username": "\(change.name)", "reason": "\(error)"])
        switch error {
        case .notDeleted, .deletedUserNotVisible:
            metrics.count([.smtpCredentialDeletions: 0, .smtpCredentialDeletionFailures: 1])
        case .unavailable, .rowKeepsChanging, .identityNotVisible:
            metrics.count([.smtpCredentialCreations: 0, .smtpCredentialCreationFailures: 1])
        }
    }
}

extension RowChange {
    fileprivate var name: String {
        switch subject {
        case .user(let username), .retirement(let username, _): shown(username.text)
        case .illegalUsername: "(illegal)"
        }
    }

    /// A name may be an address, which no line shows: its domain is left out.
    private func shown(_ name: String) -> String {
        let local = name.prefix { $0 != "@" }
        return local.count == name.count ? name : "\(local)@…"
    }
}

extension MetricName {
    static let smtpCredentialCreations: MetricName = "SMTPCredentialCreations"
    static let smtpCredentialCreationFailures: MetricName = "SMTPCredentialCreationFailures"
    static let smtpCredentialDeletions: MetricName = "SMTPCredentialDeletions"
    static let smtpCredentialDeletionFailures: MetricName = "SMTPCredentialDeletionFailures"
}
