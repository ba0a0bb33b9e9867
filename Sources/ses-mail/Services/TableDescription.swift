internal import AWS
internal import HTTP
internal import JSON

/// How does a table stand?
/// (https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeTable.html)
struct TableDescription: Equatable {
    /// `ACTIVE`, `UPDATING`, …
    let status: String
    let hasStream: Bool
    /// What a record of the stream shows; empty where there is none.
    let streamView: String

    init(_ session: AWSSession, table: String) throws(AWSError) {
        let json = JSONService(
            client: session.client(signingName: "dynamodb"),
            endpoint: session.endpointOverride("DYNAMODB")
                ?? "https://dynamodb.\(session.region).amazonaws.com",
            name: "DynamoDB", targetPrefix: "DynamoDB_20120810", version: "1.0")
        let answer = try json.call("DescribeTable", ["TableName": .string(table)])["Table"]
        guard let status = answer?["TableStatus"]?.string else {
            throw .lacking("TableStatus", in: CallName("DynamoDB", "DescribeTable"))
        }
        self.status = status
        let stream = answer?["StreamSpecification"]
        hasStream = stream?["StreamEnabled"]?.bool ?? false
        streamView = stream?["StreamViewType"]?.string ?? ""
    }
}
