internal import AWS
internal import HTTP
internal import JSON

/// What may this account do with SES, and what does SES do with mail that comes?
struct MailAccount {
    private let rest: RESTService
    private let client: AWSClient
    private let endpoint: String

    init(_ session: AWSSession) {
        rest = RESTService(
            session, "SESv2", signingName: "ses", host: "email", variable: "SESV2")
        client = session.client(signingName: "ses")
        endpoint =
            session.endpointOverride("SES") ?? "https://email.\(session.region).amazonaws.com"
    }

    /// What SES lets the account send.
    struct Sending: Equatable, Sendable {
        /// Out of the sandbox.
        var isProduction = true
        var isEnabled = true
        /// `HEALTHY`, `PROBATION` or `SHUTDOWN`.
        var enforcement = "HEALTHY"
        /// In 24 hours; -1 is no limit.
        var maximum = 0.0
        var sent = 0.0
    }

    /// https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_GetAccount.html
    func sending() throws(AWSError) -> Sending {
        let answer = try rest.get("GetAccount", "/v2/email/account")
        let quota = answer["SendQuota"]
        return Sending(
            isProduction: answer["ProductionAccessEnabled"]?.bool ?? false,
            isEnabled: answer["SendingEnabled"]?.bool ?? false,
            enforcement: answer["EnforcementStatus"]?.string ?? "",
            maximum: quota?["Max24HourSend"]?.double ?? 0,
            sent: quota?["SentLast24Hours"]?.double ?? 0)
    }

    /// What is done with mail to whom.
    struct ReceiptRule: Equatable, Sendable {
        var name = ""
        var isEnabled = true
        var isScanning = true
        var recipients: [String] = []
        /// Empty where it stores nothing.
        var bucket = ""
        var prefix = ""
        /// That is told; empty where none is.
        var topic = ""
    }

    struct RuleSet: Equatable, Sendable {
        let name: String
        let rules: [ReceiptRule]
    }

    /// The rule set that is active, or nil. One call: SES takes one such a second
    /// (https://docs.aws.amazon.com/ses/latest/APIReference/API_DescribeActiveReceiptRuleSet.html).
    func activeRuleSet() throws(AWSError) -> RuleSet? {
        let answer = try query("DescribeActiveReceiptRuleSet")
        let metadata = XMLText.elements("Metadata", in: answer, limit: 1).first
        guard let name = metadata.flatMap({ XMLText.first("Name", in: $0) }) else { return nil }
        let rules = XMLText.elements("Rules", in: answer, limit: 1).first ?? []
        return RuleSet(name: name, rules: MemberList.members(of: rules).map(ReceiptRule.init))
    }

    private func query(_ operation: String) throws(AWSError) -> [UInt8] {
        try client.send(
            HTTPRequest(
                .post, "\(endpoint)/",
                headers: ["Content-Type": "application/x-www-form-urlencoded; charset=utf-8"],
                body: HTTPBody("Action=\(operation)&Version=2010-12-01"),
                name: CallName("SES", operation))
        ).body
    }
}

extension MailAccount.ReceiptRule {
    fileprivate init(_ rule: [UInt8]) {
        let recipients = XMLText.elements("Recipients", in: rule, limit: 1).first ?? []
        let action = XMLText.elements("S3Action", in: rule, limit: 1).first ?? []
        name = XMLText.first("Name", in: rule) ?? ""
        isEnabled = XMLText.first("Enabled", in: rule) == "true"
        isScanning = XMLText.first("ScanEnabled", in: rule) == "true"
        self.recipients = XMLText.elements("member", in: recipients).map(XMLText.text)
        bucket = XMLText.first("BucketName", in: action) ?? ""
        prefix = XMLText.first("ObjectKeyPrefix", in: action) ?? ""
        topic = XMLText.first("TopicArn", in: action) ?? ""
    }
}

/// Which members does a list have whose members have lists themselves?
enum MemberList {
    /// The inner bytes of each outermost `<member>`.
    static func members(of list: [UInt8]) -> [[UInt8]] {
        let (opening, closing) = (Array("<member>".utf8), Array("</member>".utf8))
        var members: [[UInt8]] = []
        var depth = 0
        var start = 0
        var place = 0
        while let next = list[place...].firstIndex(of: UInt8(ascii: "<")) {
            place = next + 1
            if list[next...].starts(with: opening) {
                if depth == 0 { start = next + opening.count }
                depth += 1
            } else if list[next...].starts(with: closing) {
                depth -= 1
                if depth == 0 { members.append(Array(list[start..<next])) }
            }
        }
        return members
    }
}
