import AWS
import Foundation
import FunctionTestSupport
import HTTP
import JSON
import TestSupport

@testable import ses_mail

extension World {
    /// As whom tests look at what a command has done.
    var session: AWSSession { World.session(at: endpoint, trusting: authority) }

    private static func session(at endpoint: String, trusting authority: String) -> AWSSession {
        AWSSession.fake(
            client(trusting: authority), endpoint: endpoint, pacing: Pacing(secondsLeft: { 30 }))
    }

    /// What the world answers to a request of AWS's JSON protocols, signed anew.
    static func passOn(
        _ request: ReceivedRequest, to endpoint: String, trusting authority: String,
        signingName: String
    ) throws -> HTTPResponse {
        let target = request.header("X-Amz-Target") ?? ""
        let passed = HTTPRequest(
            .post, "\(endpoint)/",
            headers: [
                "Content-Type": request.header("Content-Type") ?? "", "X-Amz-Target": target,
            ], body: HTTPBody(request.body), name: CallName(signingName, target))
        return try session(at: endpoint, trusting: authority)
            .client(signingName: signingName).send(passed)
    }

    var database: DynamoDB { DynamoDB(session, table: "ses-email-routing-local") }
    var rules: [Item] {
        get throws {
            try DynamoDB(session, table: "ses-email-routing-local")
                .rows(partitionPrefixes: ["ROUTE#"])
        }
    }
    var iam: IAM { IAM(session) }
    var sqs: SQS { SQS(session) }

    /// Has a queue give up after three tries, where the deployed one tries for hours.
    func giveUpSoon(_ queue: String) throws {
        let main = try sqs.queue("\(queue)-local")
        let policy: JSONValue = [
            "deadLetterTargetArn": .string(try sqs.queue("\(queue)-dlq-local").arn),
            "maxReceiveCount": 3,
        ]
        let service = JSONProtocol(
            session, "SQS", host: "sqs", variable: "SQS", targetPrefix: "AmazonSQS", version: .v1_0)
        // `try?`: it answers nothing, which is no JSON.
        _ = try? service.call(
            "SetQueueAttributes",
            ["QueueUrl": .string(main.url), "Attributes": ["RedrivePolicy": .string(policy.text)]])
    }

    func row(_ pattern: String) throws -> Item? {
        try database.getItem(key: ["PK": .string("ROUTE#\(pattern)"), "SK": .string("RULE#v1")])
    }

    /// Commands one after the other, each with what it printed and its status where that is not 0.
    func transcript(_ commands: [[String]]) throws -> String {
        let text = try commands.map { arguments in
            let run = try run(arguments)
            let status = run.status == 0 ? "" : "[\(run.status)]\n"
            return "$ ses-mail \(arguments.joined(separator: " "))\n\(run.output)\(run.complaint)"
                + status
        }.joined(separator: "\n")
        return try moments.masked(
            text.replacingOccurrences(of: authority, with: "authority.pem"))
    }
}

extension String {
    /// With what each match says replaced by these words, which are made as long as it is: columns
    /// stay as they were printed.
    func masking(_ pattern: Regex<Substring>, as words: String) -> String {
        replacing(pattern) { match in
            words.padding(toLength: match.output.count, withPad: ".", startingAt: 0)
        }
    }

    func masking(_ word: String, as words: String) -> String {
        replacingOccurrences(
            of: word, with: words.padding(toLength: word.count, withPad: ".", startingAt: 0))
    }
}
