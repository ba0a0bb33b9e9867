internal import AWS

/// The call of SES's first API. Its second API has no such operation
/// (https://docs.aws.amazon.com/ses/latest/APIReference/).
struct SES {
    private let query: QueryProtocol

    init(_ session: AWSSession) {
        query = QueryProtocol(
            session, "SES", host: "email", signingName: "ses", version: "2010-12-01")
    }

    /// A rule for received mail.
    struct ReceiptRule: Equatable, Sendable {
        var name = ""
        var isEnabled = true
        var isScanning = true
        var recipients: [String] = []
        /// Empty if it stores nothing.
        var bucket = ""
        var prefix = ""
        /// The topic that is notified; empty if there is none.
        var topic = ""
    }

    struct RuleSet: Equatable, Sendable {
        let name: String
        let rules: [ReceiptRule]
    }

    /// The rule set that is active, or nil (`DescribeActiveReceiptRuleSet`). One call: SES takes
    /// one such a second.
    func activeRuleSet() throws(AWSError) -> RuleSet? {
        let answer = try query.call("DescribeActiveReceiptRuleSet")
        let metadata = XMLText.elements("Metadata", in: answer.document, limit: 1).first
        guard let name = metadata.flatMap({ XMLText.first("Name", in: $0) }) else { return nil }
        let rules = XMLText.elements("Rules", in: answer.document, limit: 1).first ?? []
        return RuleSet(name: name, rules: SES.members(of: rules).map(ReceiptRule.init))
    }

    /// The inner bytes of each outermost `<member>` of a list whose members have lists
    /// themselves.
    private static func members(of list: [UInt8]) -> [[UInt8]] {
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

extension SES.ReceiptRule {
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
