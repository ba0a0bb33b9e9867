internal import JSON
internal import Text

/// A report on the encryption of mail that others sent us (RFC 8460).
struct TLSReport: Equatable, Sendable {
    let head: ReportHead
    let policies: [Policy]

    /// The sessions under one policy that the sender found.
    struct Policy: Equatable, Sendable {
        let domain: DNSName
        /// `sts`, `tlsa`, `no-policy-found`, or what else stood there.
        let type: String
        /// The mode of an MTA-STS policy, where the report has it.
        let mode: String?
        let succeeded: Int
        let failed: Int
        /// The failed sessions by the kind of failure.
        let failures: [String: Int]
    }

    private static let policyLimit = 1000
    private static let failureLimit = 10_000

    init(_ text: [UInt8], now: Int = Clock.epochSeconds()) throws(ReportFault) {
        let document = try Self.document(text)
        let range = document["date-range"]
        head = try ReportHead(
            organisation: document["organization-name"]?.short ?? "",
            identifier: document["report-id"]?.short ?? "",
            begin: range?["start-datetime"]?.string?.offsetEpochSeconds,
            end: range?["end-datetime"]?.string?.offsetEpochSeconds, now: now)
        guard let policies = document["policies"]?.array else {
            throw ReportFault("it has no list of policies")
        }
        guard policies.count <= Self.policyLimit else {
            throw ReportFault("it has more than \(Self.policyLimit.grouped) policies")
        }
        var read: [Policy] = []
        for (index, policy) in policies.enumerated() {
            read.append(try Policy(policy, number: index + 1, failureLimit: Self.failureLimit))
        }
        self.policies = read
    }

    private static func document(_ text: [UInt8]) throws(ReportFault) -> JSONValue {
        guard text.count <= ReportLimits.jsonBytes else {
            throw ReportFault("its JSON has more than \(ReportLimits.jsonBytes >> 20) MB")
        }
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let bytes = text.starts(with: mark) ? Array(text.dropFirst(mark.count)) : text
        guard String(validating: bytes, as: UTF8.self) != nil else {
            throw ReportFault("its JSON is not UTF-8")
        }
        let document: JSONValue
        do {
            document = try JSONValue(parsing: bytes)
        } catch {
            throw ReportFault("it is \(error)")
        }
        guard document.members != nil else { throw ReportFault("its JSON is not an object") }
        return document
    }
}

extension TLSReport.Policy {
    fileprivate init(
        _ entry: JSONValue, number: Int, failureLimit: Int
    ) throws(ReportFault) {
        let policy = entry["policy"]
        domain = DNSName(policy?["policy-domain"]?.short ?? "")
        guard domain.isAskable else { throw ReportFault("policy \(number) names no domain") }
        type = (policy?["policy-type"]?.short ?? "").asciiLowercased
        mode = TLSReport.Policy.mode(policy?["policy-string"])
        let summary = entry["summary"]
        succeeded = try TLSReport.Policy.count(
            summary?["total-successful-session-count"], number)
        failed = try TLSReport.Policy.count(summary?["total-failure-session-count"], number)
        let details = entry["failure-details"]?.array ?? []
        guard details.count <= failureLimit else {
            throw ReportFault(
                "policy \(number) has more than \(failureLimit.grouped) kinds of failures")
        }
        var failures: [String: Int] = [:]
        for detail in details {
            let kind = detail["result-type"]?.short ?? ""
            failures[kind.isEmpty ? "unknown" : kind, default: 0] +=
                try TLSReport.Policy.count(detail["failed-session-count"], number)
        }
        self.failures = failures
    }

    /// A number of sessions; one that is not there is none.
    private static func count(_ value: JSONValue?, _ number: Int) throws(ReportFault) -> Int {
        guard let value, !value.isNull else { return 0 }
        guard let count = value.integer, 0...ReportLimits.count ~= count else {
            let written = String(decoding: value.bytes, as: UTF8.self).cut(atBytes: 40)
            throw ReportFault(
                "policy \(number) counts \(written) sessions, which is no number from 0 to "
                    + "\(ReportLimits.count.grouped)")
        }
        return count
    }

    /// The lines of the policy are texts of a list, or one text.
    private static func mode(_ value: JSONValue?) -> String? {
        let texts = value?.array?.compactMap(\.string) ?? [value?.string].compactMap(\.self)
        for line in texts.flatMap({ $0.split(whereSeparator: \.isNewline) }) {
            let halves = line.split(separator: ":", maxSplits: 1)
            guard halves.count == 2, halves[0].trimmingASCIIWhitespace.asciiLowercased == "mode"
            else { continue }
            return halves[1].trimmingASCIIWhitespace.asciiLowercased
        }
        return nil
    }
}

extension JSONValue {
    /// A text that is kept, at a length that a list can show.
    fileprivate var short: String? { string?.cut(atBytes: ReportLimits.textBytes) }
}
