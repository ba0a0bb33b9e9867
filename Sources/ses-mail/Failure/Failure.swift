internal import AWS
internal import HTTP
internal import SMTPCredentials
internal import Text

/// The reason why a command failed, and what the operator can do next.
struct Failure: Error, Equatable {
    /// The status that the process ends with.
    enum Status: Int32 {
        /// The command could not be carried out.
        case failed = 1
        /// The command was carried out, and found something that needs attention.
        case findings = 2
        /// AWS, Google or the person who was asked refused.
        case refused = 3
        case notFound = 4
        case unreachable = 5
        case usage = 64
    }

    let status: Status
    let sentence: String

    init(_ status: Status, _ sentence: String) {
        self.status = status
        self.sentence = sentence
    }

    /// The meaning of a call's error for the operator of this deployment.
    init(_ error: AWSError, in deployment: Deployment) {
        switch error {
        case .unanswered(let reason):
            let cure = deployment.isLocal ? "Start it with: make local" : "Check the network"
            self.init(.unreachable, "\(reason). \(cure), then try again.")
        case .refused(let call, let refusal):
            self.init(call, refusal, in: deployment)
        case .cut: self.init(.failed, "\(error).")
        case .undecodable, .incomplete:
            self.init(.failed, "\(error). Try again.")
        }
    }

    /// A part that Terraform makes is missing.
    init(missing part: String, in deployment: Deployment) {
        self.init(
            .notFound,
            "There is no \(part) in \(deployment.region). Check --env and --region, or deploy "
                + "with: " + deployment.make("apply"))
    }

    init(_ error: CredentialError, in deployment: Deployment) {
        switch error {
        case .unavailable(let reason), .notDeleted(let reason): self.init(reason, in: deployment)
        case .rowKeepsChanging, .identityNotVisible, .deletedUserNotVisible:
            self.init(.failed, "\(error). Try again in a minute.")
        }
    }

    private init(_ call: CallName, _ refusal: AWSRefusal, in deployment: Deployment) {
        switch refusal.code {
        case "ResourceNotFoundException" where call.service == "DynamoDB":
            self.init(missing: "table \(deployment.tableName)", in: deployment)
        case _ where Failure.part(lackedBy: call, refusal.code) != nil:
            let part = Failure.part(lackedBy: call, refusal.code) ?? ""
            self.init(
                .notFound,
                "\(call) did not find \(part) of this deployment in \(deployment.region) "
                    + "(\(refusal.code)). Check --env and --region, or deploy with: "
                    + deployment.make("apply"))
        case _ where refusal.isClockSkew:
            self.init(wrongClockAt: Clock.epochSeconds(), call, refusal)
        case _ where refusal.isThrottling:
            self.init(
                .unreachable,
                "AWS is too busy for \(call) (\(refusal.code)). Try again in a minute.")
        case _ where refusal.status >= 500:
            self.init(.unreachable, "AWS failed at \(call) (\(refusal.code)). Try again.")
        case _ where Failure.isOfCredentials(refusal):
            self.init(
                .refused,
                "AWS refuses \(call) (\(refusal.code)): the credentials are not valid. Check "
                    + "--profile, and sign in again where they have expired.")
        case _ where Failure.isDenial(refusal):
            // AWS names the principal, the permission and the resource.
            let words = refusal.message.isEmpty ? "" : ": \(Failure.sentence(refusal.message))"
            self.init(
                .refused,
                "AWS refuses \(call) (\(refusal.code))\(words). Check --profile, or ask for this "
                    + "permission.")
        case "LimitExceeded", "LimitExceededException", "ParameterLimitExceeded",
            "ServiceQuotaExceededException":
            self.init(
                .failed,
                "\(call) exceeds a quota of the account (\(refusal.code)): "
                    + "\(Failure.sentence(refusal.message)). Delete something that is no longer "
                    + "needed, or raise the quota: https://console.aws.amazon.com/servicequotas")
        case "MessageRejected", "MailFromDomainNotVerifiedException",
            "FromEmailAddressNotVerified":
            self.init(
                .failed,
                "SES does not send the mail (\(Failure.words(refusal))). Verify the sender's "
                    + "domain with SES and, while the account is in the sandbox, the recipient. "
                    + "Check with: \(deployment.command("doctor"))")
        default:
            self.init(
                .failed,
                "\(call) was refused: \(Failure.words(refusal)). Check the deployment with: "
                    + deployment.command("doctor"))
        }
    }

    /// The part that is missing where AWS answers with this code; nil for other codes.
    private static func part(lackedBy call: CallName, _ code: String) -> String? {
        switch (code, call.service) {
        case ("QueueDoesNotExist", _), ("AWS.SimpleQueueService.NonExistentQueue", _): "a queue"
        case ("NoSuchBucket", _): "a bucket"
        case ("NoSuchKey", _): "a stored mail"
        case ("ResourceNotFoundException", "Lambda"): "a function"
        case ("ResourceNotFoundException", "CloudWatchLogs"): "a log group"
        case ("ResourceNotFoundException", "EventBridge"): "a bus or a rule"
        case ("NotFoundException", "KMS"): "a key"
        case ("NotFoundException", "Pipes"): "a pipe"
        case ("ResourceNotFoundException", _), ("NotFoundException", _):
            "a part of the deployment"
        default: nil
        }
    }

    /// AWS's message as the middle of a sentence.
    private static func words(_ refusal: AWSRefusal) -> String { sentence("\(refusal)") }

    private static func sentence(_ text: String) -> String {
        let text = text.shortened(to: 600)
        return text.hasSuffix(".") ? String(text.dropLast()) : text
    }

    /// Whether the key is unknown, expired, or does not match its secret. AWS's message may repeat
    /// a part of the request then.
    private static func isOfCredentials(_ refusal: AWSRefusal) -> Bool {
        ["Signature", "Token", "UnrecognizedClient", "MissingAuthentication", "InvalidAccessKeyId"]
            .contains { refusal.code.containsBytes(of: $0) }
    }

    private static func isDenial(_ refusal: AWSRefusal) -> Bool {
        refusal.status == 401 || refusal.status == 403
            || ["AccessDenied", "NotAuthorized", "Unauthorized"]
                .contains { refusal.code.containsBytes(of: $0) }
    }
}

extension Failure {
    /// A refusal because of the time of a request's signature.
    /// - Parameter epochSeconds: the time of this machine's clock.
    init(wrongClockAt epochSeconds: Int, _ call: CallName, _ refusal: AWSRefusal) {
        let offset = refusal.serverEpochSeconds.map { epochSeconds - $0 }
        let clock = offset.map { "is \(Failure.span($0))" } ?? "seems to be wrong"
        // The message has two times in it, and no key.
        let words = refusal.message.isEmpty ? refusal.code : refusal.message.shortened(to: 200)
        self.init(
            .refused,
            "AWS refuses \(call), because this machine's clock \(clock) (\(words)). Set the clock, "
                + "then try again.")
    }

    /// `17 minutes ahead of AWS's`, in the largest unit that leaves two or more.
    private static func span(_ seconds: Int) -> String {
        let units = [(86_400, "day"), (3600, "hour"), (60, "minute")]
        let (size, name) = units.first { abs(seconds) >= 2 * $0.0 } ?? (1, "second")
        return "\((abs(seconds) / size).counted(name)) \(seconds < 0 ? "behind" : "ahead of") AWS's"
    }
}
