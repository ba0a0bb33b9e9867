package import JSON

/// A batch of changes of a table, in their order
/// (https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html).
package struct DynamoDBStreamEvent {
    package let records: [Record]

    package struct Record {
        /// Names the record in an answer.
        package let sequenceNumber: String
        package let keys: JSONValue?
        package let oldImage: JSONValue?
        package let newImage: JSONValue?
        /// The time of the change; nil if the record has none.
        package let epochSeconds: Int?
    }

    /// - Throws: `BadEvent` if the event is not a batch, or if a record has no sequence number to
    ///   name it by. Then the whole batch is delivered again.
    package init(_ event: [UInt8]) throws(BadEvent) {
        // Lambda sends JSON. Anything else was sent by a person, who sees which form was expected.
        guard let records = (try? JSONValue(parsing: event))?["Records"]?.array, !records.isEmpty
        else { throw BadEvent("it is no JSON object with a list of Records") }
        var read: [Record] = []
        for record in records {
            guard let change = record["dynamodb"],
                let sequenceNumber = change["SequenceNumber"]?.string, !sequenceNumber.isEmpty
            else { throw BadEvent("a record without a SequenceNumber") }
            let time = change["ApproximateCreationDateTime"]?.double
            read.append(
                Record(
                    sequenceNumber: sequenceNumber, keys: change["Keys"],
                    oldImage: change["OldImage"], newImage: change["NewImage"],
                    epochSeconds: time.flatMap { Int(exactly: $0.rounded(.down)) }))
        }
        self.records = read
    }
}
