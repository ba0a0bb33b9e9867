package import HTTP
package import JSON
internal import Text

/// The reason why a call to AWS did not succeed.
package enum AWSError: Error, Equatable, Sendable, CustomStringConvertible {
    /// AWS answered with an error.
    case refused(CallName, AWSRefusal)
    /// AWS did not answer.
    case unanswered(HTTPError)
    /// The answer was a success, and not in the documented form.
    case undecodable(CallName, reason: String)
    /// DynamoDB left keys unread (`UnprocessedKeys`) however often it was asked.
    case incomplete(CallName, leftOver: Int)
    /// The list has more pages than were read.
    case cut(CallName, pages: Int)

    /// The service's error code, where it gave one.
    package var code: String? {
        if case .refused(_, let refusal) = self { refusal.code } else { nil }
    }

    package var description: String {
        switch self {
        case .refused(let name, let refusal): "\(name) was refused: \(refusal)"
        case .unanswered(let error): "\(error)"
        case .undecodable(let name, let reason): "\(name) answered in an unknown form: \(reason)"
        case .incomplete(let name, let leftOver): "\(name) left \(leftOver) keys unread"
        case .cut(let name, let pages):
            "\(name) has more than \(pages) pages, and the rest was not read"
        }
    }
}

/// The content of an error answer: the code and message, in any of AWS's protocols
/// (https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html#operation-error-serialization).
package struct AWSRefusal: Equatable, Sendable, CustomStringConvertible {
    package let code: String
    package let message: String
    package let status: Int
    /// The row that a conditional write of DynamoDB met, where the write asked for it.
    package let item: JSONValue?
    /// The time of the answer, in seconds since 1970; nil if the server did not give it.
    package let serverEpochSeconds: Int?

    package init(
        code: String, message: String, status: Int, item: JSONValue? = nil,
        serverEpochSeconds: Int? = nil
    ) {
        self.code = code
        self.message = message
        self.status = status
        self.item = item
        self.serverEpochSeconds = serverEpochSeconds
    }

    /// nil if the answer is a success.
    package init?(_ response: HTTPResponse) {
        guard !response.isSuccess else { return nil }
        status = response.status
        serverEpochSeconds =
            response.headers["Date"].flatMap { UTCTime(httpDate: $0) }?.epochSeconds
        // A body that is not JSON is XML, or a proxy's page.
        let body = try? JSONValue(parsing: response.body)
        let named =
            response.headers["x-amzn-errortype"] ?? body?["__type"]?.string
            ?? body?["code"]?.string ?? XMLText.first("Code", in: response.body)
        code = named.map(AWSRefusal.bareCode) ?? "HTTP \(response.status)"
        message =
            body?["message"]?.string ?? body?["Message"]?.string
            ?? XMLText.first("Message", in: response.body) ?? ""
        item = body?["Item"]
    }

    /// `com.amazonaws.dynamodb.v20120810#ThrottlingException:http://…` → `ThrottlingException`
    private static func bareCode(_ named: String) -> String {
        let untailed = named.prefix { $0 != ":" }
        return String(untailed.split(separator: "#").last ?? untailed)
    }

    /// AWS had too much to do, and did nothing.
    package var isThrottling: Bool {
        status == 429 || AWSRefusal.throttlingCodes.contains(code)
    }

    private static let throttlingCodes: Set<String> = [
        "Throttling", "ThrottlingException", "ThrottledException", "RequestThrottledException",
        "RequestThrottled", "TooManyRequestsException", "ProvisionedThroughputExceededException",
        "TransactionInProgressException", "RequestLimitExceeded", "BandwidthLimitExceeded",
        "PriorRequestNotComplete", "SlowDown", "TooManyUpdates",
    ]

    /// A refusal that a corrected clock would have avoided.
    package var isClockSkew: Bool {
        switch code {
        case "RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture": true
        case "InvalidSignatureException", "SignatureDoesNotMatch":
            message.containsBytes(of: "Signature expired")
                || message.containsBytes(of: "not yet current")
        default: false
        }
    }

    /// The code and, where it can hold neither a token nor an address, the message.
    package var description: String {
        let mayHoldSecret = code.containsBytes(of: "Signature") || code.containsBytes(of: "Token")
        return mayHoldSecret || message.isEmpty || message.utf8.contains(UInt8(ascii: "@"))
            ? "\(code) (\(status))" : "\(code) (\(status)): \(message.prefix(300))"
    }
}
