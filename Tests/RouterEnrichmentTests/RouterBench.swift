import AWS
import FunctionTestSupport
import HTTP
import JSON
import Lambda
import Logging
import Mail
import Process
import TestSupport

@testable import router_enrichment

/// A router whose rules and failures a test decides, and all that it did.
final class RouterBench {
    var rules: [RoutingRule]
    /// Rows beside the rules: patterns and senders, and rules that are wrong.
    var rows: [RoutingTable.Row] = []
    /// Thrown instead of rows.
    var failure: AWSError?
    var testToken: Result<Secret?, AWSError> = .success(nil)
    var isTestEnvironment = false
    var lookupFailedAction = RoutingPolicy.LookupFailedAction.bounce
    var junkDelivery = JunkDelivery.store
    /// The variables of the canary, where one is sent.
    var canary: [String: String] = [:]
    let output = CapturedOutput()
    /// The keys of each look-up.
    private(set) var lookUps: [[String]] = []
    private(set) var tokenReads = 0

    init(_ rules: RoutingRule...) {
        self.rules = rules
    }

    var handler: RouterHandler {
        RouterHandler(
            findRows: { [self] keys in
                if !keys.isEmpty { lookUps.append(keys) }
                if let failure { throw failure }
                return (rules.map { ($0.pk, $0.attributes) } + rows).filter {
                    keys.contains($0.pk)
                }
            },
            readTestToken: isTestEnvironment
                ? { [self] in
                    tokenReads += 1
                    return try testToken.get()
                } : nil,
            lookupFailedAction: lookupFailedAction, junkDelivery: junkDelivery,
            // `try?`: a test of wrong variables starts the process.
            canary: (try? Canary(Environment(canary))) ?? nil,
            metrics: output.metrics, tracer: Tracer(daemonAddress: nil))
    }

    /// The answer to an event.
    func answer(
        _ event: JSONValue, trace: String? = nil, level: Logger.Level = .info
    ) throws -> [JSONValue] {
        let bytes = try handler.handle(
            Invocation(event.bytes, trace: trace, output: output, level: level))
        return try JSONValue(parsing: bytes).array ?? []
    }

    /// The one element for a mail that comes through the pipe.
    func decision(
        for mail: SampleMail, receiveCount: String? = "1", level: Logger.Level = .info
    ) throws -> JSONValue {
        let elements = try answer(
            [SampleRecord.sqs(mail.text, receiveCount: receiveCount)], level: level)
        guard elements.count == 1, let element = elements.first else {
            throw Refusal()
        }
        return element
    }

    /// What became of each recipient: `forward me@gmail.com ROUTE#*`, `bounce no-rule`.
    func fates(of mail: SampleMail, receiveCount: String? = "1") throws -> [String: String] {
        try decision(for: mail, receiveCount: receiveCount).fates
    }
}

extension JSONValue {
    /// Of a routing decision: recipient → action, destination, rule and reason.
    var fates: [String: String] {
        var fates: [String: String] = [:]
        for action in self["actions"]?.members ?? [] {
            for target in action.value["targets"]?.array ?? [] {
                let words = [
                    action.name, target["destination"]?.string, target["rule"]?.string,
                    target["reason"]?.string,
                ]
                fates[target["target"]?.string ?? ""] = words.compactMap { $0 }
                    .joined(separator: " ")
            }
        }
        return fates
    }

    /// Whether every count of a decision is a number and that of its targets.
    var countsAreRight: Bool {
        ["store", "forward-to-gmail", "bounce"].allSatisfy { action in
            let counted = self["actions"]?[action]
            return counted?["count"]?.integer == counted?["targets"]?.array?.count
                && counted?["count"] != nil
        }
    }
}

extension AWSError {
    static let denied = AWSError.refused(
        CallName("DynamoDB", "BatchGetItem"),
        AWSRefusal(code: "AccessDeniedException", message: "not authorized", status: 400))
    static let timedOut = AWSError.unanswered(.timedOut(CallName("DynamoDB", "BatchGetItem")))
    static let unread = AWSError.incomplete(CallName("DynamoDB", "BatchGetItem"), leftOver: 3)
}
