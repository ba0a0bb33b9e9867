import AWS
import FunctionTestSupport
import HTTP
import JSON
import Lambda
import Logging
import SMTPCredentials

@testable import smtp_credential_manager

/// A record of the table's stream.
enum SampleChange {
    /// - Parameter more: what both images hold besides.
    static func record(
        _ sortKey: String = "USER#john", sequenceNumber: String = "100", oldUser: String? = nil,
        time: JSONValue = .number("1.7E9"), partition: String = "SMTP_USER",
        more: [JSONValue.Member] = []
    ) -> JSONValue {
        var change: [JSONValue.Member] = [
            .init("ApproximateCreationDateTime", time),
            .init("Keys", ["PK": ["S": .string(partition)], "SK": ["S": .string(sortKey)]]),
            .init(
                "NewImage",
                .object(
                    [
                        .init("status", ["S": "pending"]),
                        .init("encrypted_password", ["S": "old"]),
                    ] + more)),
            .init("SequenceNumber", .string(sequenceNumber)), .init("SizeBytes", 300),
            .init("StreamViewType", "NEW_AND_OLD_IMAGES"),
        ]
        if let oldUser {
            let name = JSONValue.Member("iam_user_name", ["S": .string(oldUser)])
            change.append(.init("OldImage", .object([name] + more)))
        }
        return [
            "eventID": "1", "eventName": "MODIFY", "eventVersion": "1.1",
            "eventSource": "aws:dynamodb", "awsRegion": "us-east-1", "dynamodb": .object(change),
            "eventSourceARN": "arn:aws:dynamodb:us-east-1:1:table/t/stream/x",
        ]
    }

    static func event(_ records: JSONValue...) -> [UInt8] {
        (["Records": .array(records)] as JSONValue).bytes
    }
}

extension StreamHandler {
    /// The sequence numbers that it answers.
    func failures(_ event: [UInt8], _ output: CapturedOutput, level: Logger.Level = .info) throws
        -> [String]
    {
        let answer = try JSONValue(
            parsing: handle(Invocation(event, output: output, level: level)))
        return (answer["batchItemFailures"]?.array ?? []).map {
            $0["itemIdentifier"]?.string ?? "none"
        }
    }
}
