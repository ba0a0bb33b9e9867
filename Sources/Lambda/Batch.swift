internal import JSON

/// An SQS batch. Each record is tried by itself, and only those that failed are delivered again
/// (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html).
package enum Batch {
    /// Runs `handle` on every record and returns `batchItemFailures`.
    /// - Parameter handle: returns whether the record succeeded, after it has logged why it did
    ///   not.
    /// - Throws: `BadEvent` if the event is not a batch, or if a record has no id to name it by.
    ///   Then the whole batch is delivered again.
    package static func answer(
        _ invocation: Invocation, handle: (SQSRecord) -> Bool
    ) throws -> [UInt8] {
        let records = try SQSEvent(invocation.event).records
        let ids = try records.map(identifier)
        return response(zip(records, ids).filter { !handle($0.0) }.map(\.1))
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
