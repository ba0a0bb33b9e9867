internal import AWS
internal import HTTP
internal import JSON

/// The calls of DynamoDB that only an operator's commands make: those about the table as a whole
/// (https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/).
extension DynamoDB {
    /// All rows whose partition key begins in one of these ways, in no order. This is a `Scan`,
    /// which reads the whole table with the ledger in it: only for a person's commands, never for
    /// a mail. Small pages, pauses and eventually consistent reads leave the partition's capacity
    /// to the functions; a row of the last second may be missing or old.
    func rows(partitionPrefixes prefixes: [String]) throws(AWSError) -> [Item] {
        let conditions = prefixes.indices.map { "begins_with(PK, :prefix\($0))" }
        let values = prefixes.enumerated().map {
            JSONValue.Member(":prefix\($0.offset)", ["S": .string($0.element)])
        }
        let question: [JSONValue.Member] = [
            .init("TableName", .string(table)), .init("Limit", .integer(Self.pageRows)),
            .init("FilterExpression", .string(conditions.joined(separator: " OR "))),
            .init("ExpressionAttributeValues", .object(values)),
        ]
        let pages = try json.pages(
            "Scan", question, token: ("ExclusiveStartKey", "LastEvaluatedKey"), limit: 100_000,
            beforeNext: { pacing.sleep(Self.pauseSeconds) }
        ).all()
        return try DynamoDB.rows(of: pages)
    }

    /// A quarter of a megabyte where rows are as long as the ledger's, which is 30 read units.
    private static let pageRows = 1000
    private static let pauseSeconds = 0.05

    /// The state of the table.
    struct Description: Equatable, Sendable {
        /// `ACTIVE`, `UPDATING`, …
        var status = ""
        var hasStream = false
        /// The view type of the stream; empty if there is none.
        var streamView = ""
        /// The ARN of the present or the last stream; empty if there was none.
        var streamArn = ""
    }

    /// `DescribeTable`
    func description() throws(AWSError) -> Description {
        let answer = try json.call("DescribeTable", ["TableName": .string(table)])
        let found = answer["Table"]
        guard let status = found?["TableStatus"]?.string else {
            throw answer.missing("TableStatus")
        }
        let stream = found?["StreamSpecification"]
        return Description(
            status: status, hasStream: stream?["StreamEnabled"]?.bool ?? false,
            streamView: stream?["StreamViewType"]?.string ?? "",
            streamArn: found?["LatestStreamArn"]?.string ?? "")
    }

    /// The attribute by which rows expire; nil if they do not (`DescribeTimeToLive`).
    func expiry() throws(AWSError) -> String? {
        let answer = try json.call("DescribeTimeToLive", ["TableName": .string(table)])
        let expiry = answer["TimeToLiveDescription"]
        let isOn = ["ENABLED", "ENABLING"].contains(expiry?["TimeToLiveStatus"]?.string)
        return isOn ? expiry?["AttributeName"]?.string : nil
    }
}
