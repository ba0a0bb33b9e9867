internal import AWS
internal import HTTP
internal import JSON

/// The calls that we make of DynamoDB about a table as a whole, for operators
/// (https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/).
struct TableService {
    private let json: JSONService
    private let table: String
    private let pacing: Pacing

    init(_ session: AWSSession, table: String) {
        pacing = session.pacing
        json = JSONService(
            session, "DynamoDB", host: "dynamodb", variable: "DYNAMODB",
            targetPrefix: "DynamoDB_20120810", version: .v1_0)
        self.table = table
    }

    /// All rows whose partition key begins so, in no order (a `Scan`, which reads the whole table,
    /// with the ledger in it: for a person's commands, never for a mail). Small pages with a pause
    /// after each, and reads that need not be consistent, leave to the functions what a partition
    /// serves in a second; a row of the last second may be missing or old.
    func rows(partitionPrefix: String) throws(AWSError) -> [Item] {
        let question: [JSONValue.Member] = [
            .init("TableName", .string(table)), .init("Limit", .integer(Self.pageRows)),
            .init("FilterExpression", "begins_with(PK, :prefix)"),
            .init("ExpressionAttributeValues", [":prefix": ["S": .string(partitionPrefix)]]),
        ]
        let pages = try json.pages(
            "Scan", question, token: ("ExclusiveStartKey", "LastEvaluatedKey"), limit: 100_000,
            beforeNext: { pacing.sleep(Self.pauseSeconds) }
        ).all()
        var rows: [Item] = []
        for page in pages {
            // A document without its rows would otherwise read as an empty table.
            guard let items = page["Items"]?.array else {
                throw .missing("Items", in: CallName("DynamoDB", "Scan"))
            }
            rows += items.map { Item($0) }
        }
        return rows
    }

    /// A quarter of a megabyte where rows are as long as the ledger's, which is 30 read units.
    private static let pageRows = 1000
    private static let pauseSeconds = 0.05

    /// The state of the table.
    struct Description: Equatable, Sendable {
        /// `ACTIVE`, `UPDATING`, …
        var status = ""
        var hasStream = false
        /// What a record of the stream shows; empty where there is none.
        var streamView = ""
        /// Of the stream, or of the last that there was; empty where there was none.
        var streamArn = ""
    }

    /// `DescribeTable`
    func description() throws(AWSError) -> Description {
        let answer = try json.call("DescribeTable", ["TableName": .string(table)])["Table"]
        guard let status = answer?["TableStatus"]?.string else {
            throw .missing("TableStatus", in: CallName("DynamoDB", "DescribeTable"))
        }
        let stream = answer?["StreamSpecification"]
        return Description(
            status: status, hasStream: stream?["StreamEnabled"]?.bool ?? false,
            streamView: stream?["StreamViewType"]?.string ?? "",
            streamArn: answer?["LatestStreamArn"]?.string ?? "")
    }

    /// The attribute by which rows go; nil where none do (`DescribeTimeToLive`).
    func expiry() throws(AWSError) -> String? {
        let answer = try json.call("DescribeTimeToLive", ["TableName": .string(table)])
        let expiry = answer["TimeToLiveDescription"]
        let isOn = ["ENABLED", "ENABLING"].contains(expiry?["TimeToLiveStatus"]?.string)
        return isOn ? expiry?["AttributeName"]?.string : nil
    }
}
