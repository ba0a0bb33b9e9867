internal import JSON
internal import Logging

/// Which records of an SQS batch failed? Each is tried by itself, and only those that failed are
/// delivered again (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html).
package enum Batch {
    /// Runs `handle` on every record and answers `batchItemFailures`.
    /// - Throws: `BadEvent` where the event is no batch, or a record has no id to name it by: then
    ///   the whole batch is delivered again.
    package static func answer(
        _ invocation: Invocation, event: [UInt8], handle: (SQSRecord) throws -> Void
    ) throws -> [UInt8] {
        let records = try SQSEvent(event).records
        let failedIDs = try records.map(identifier).enumerated().compactMap { index, id in
            do {
                try handle(records[index])
                return nil as String?
            } catch {
                let failure = RuntimeAPI.Failure(error)
                invocation.logger.error(
                    "the record failed",
                    metadata: ["sqsMessageId": "\(id)", "reason": "\(failure.message)"])
                return id
            }
        }
        return response(failedIDs)
    }

    private static func identifier(_ record: SQSRecord) throws(BadEvent) -> String {
        guard let id = record.messageID, !id.isEmpty else {
            throw BadEvent("a record without a messageId")
        }
        return id
    }

    package static func response(_ failedIDs: [String]) -> [UInt8] {
        let failures = failedIDs.map { id in
            ["itemIdentifier": .string(id)] as JSONValue
        }
        return (["batchItemFailures": .array(failures)] as JSONValue).bytes
    }
}
