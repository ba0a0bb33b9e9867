internal import AWS
internal import HTTP
internal import JSON

/// How do the places stand in which mail, rules and secrets are kept?
struct DeployedStores {
    private let session: AWSSession

    init(_ session: AWSSession) {
        self.session = session
    }

    /// `Enabled` or `Suspended`, empty where it never was; nil where there is no such bucket
    /// (https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketVersioning.html).
    func versioning(of bucket: String) throws(AWSError) -> String? {
        let place =
            session.endpointOverride("S3").map { "\($0)/\(bucket)/" }
            ?? "https://\(bucket).s3.\(session.region).amazonaws.com/"
        let client = session.client(signingName: "s3", path: .verbatim)
        do {
            let answer = try client.send(
                HTTPRequest(
                    .get, "\(place)?versioning=", name: CallName("S3", "GetBucketVersioning")))
            return XMLText.first("Status", in: answer.body) ?? ""
        } catch  where error.code == "NoSuchBucket" {
            return nil
        }
    }

    struct Table: Equatable, Sendable {
        /// `ACTIVE`, `UPDATING`, …
        var state = ""
        var hasStream = false
        /// By which rows go; empty where none do.
        var expiry = ""
    }

    /// nil where there is none
    /// (https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeTable.html,
    /// `DescribeTimeToLive`).
    func table(_ name: String) throws(AWSError) -> Table? {
        let json = JSONService(
            client: session.client(signingName: "dynamodb"),
            endpoint: session.endpointOverride("DYNAMODB")
                ?? "https://dynamodb.\(session.region).amazonaws.com",
            name: "DynamoDB", targetPrefix: "DynamoDB_20120810", version: "1.0")
        do {
            let table = try json.call("DescribeTable", ["TableName": .string(name)])["Table"]
            let expiry = try json.call("DescribeTimeToLive", ["TableName": .string(name)])[
                "TimeToLiveDescription"]
            let isOn = ["ENABLED", "ENABLING"].contains(expiry?["TimeToLiveStatus"]?.string)
            return Table(
                state: table?["TableStatus"]?.string ?? "",
                hasStream: table?["StreamSpecification"]?["StreamEnabled"]?.bool ?? false,
                expiry: isOn ? expiry?["AttributeName"]?.string ?? "" : "")
        } catch  where error.code == "ResourceNotFoundException" {
            return nil
        }
    }

    /// `Enabled`, `PendingDeletion`, …; nil where there is no such key
    /// (https://docs.aws.amazon.com/kms/latest/APIReference/API_DescribeKey.html).
    func keyState(_ alias: String) throws(AWSError) -> String? {
        let json = JSONService(
            client: session.client(signingName: "kms"),
            endpoint: session.endpointOverride("KMS")
                ?? "https://kms.\(session.region).amazonaws.com",
            name: "KMS", targetPrefix: "TrentService", version: "1.1")
        do {
            return try json.call("DescribeKey", ["KeyId": .string(alias)])["KeyMetadata"]?[
                "KeyState"]?.string
        } catch  where error.code == "NotFoundException" {
            return nil
        }
    }

    /// A parameter, without its value.
    struct Parameter: Equatable, Sendable {
        let version: Int
        /// Epoch seconds.
        let changedAt: Int
    }

    /// nil where there is none. The value is not asked for
    /// (https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeParameters.html).
    func parameter(_ name: String) throws(AWSError) -> Parameter? {
        let json = JSONService(
            client: session.client(signingName: "ssm"),
            endpoint: session.endpointOverride("SSM")
                ?? "https://ssm.\(session.region).amazonaws.com",
            name: "SSM", targetPrefix: "AmazonSSM", version: "1.1")
        let filter: JSONValue = ["Key": "Name", "Option": "Equals", "Values": [.string(name)]]
        let answer = try json.call("DescribeParameters", ["ParameterFilters": [filter]])
        return answer["Parameters"]?.array?.first.map { parameter in
            Parameter(
                version: parameter["Version"]?.integer ?? 0,
                changedAt: parameter["LastModifiedDate"]?.double.map { Int($0) } ?? 0)
        }
    }
}
