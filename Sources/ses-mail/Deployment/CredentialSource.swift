internal import AWS
internal import HTTP
internal import JSON
internal import Process
internal import Text

/// The source of credentials: the environment's keys, or the AWS CLI, which finds those of a
/// profile and handles SSO, roles and their expiry.
enum CredentialSource {
    /// - Parameter isAsked: whether the profile was given as an option, which takes precedence over
    ///   the environment's keys.
    static func credentials(profile: String?, isAsked: Bool) throws -> Credentials {
        if !isAsked, let id = Variable.value("AWS_ACCESS_KEY_ID"),
            let secret = Variable.value("AWS_SECRET_ACCESS_KEY")
        {
            let credentials = Credentials(
                accessKeyID: id, secretAccessKey: Secret(secret),
                sessionToken: Variable.value("AWS_SESSION_TOKEN").map(Secret.init))
            try Setting.check(credentials, from: "the environment (AWS_…)")
            return credentials
        }
        let ending = ChildProcess.ending(
            of: ["aws", "configure", "export-credentials", "--format", "process"]
                + (profile.map { ["--profile", $0] } ?? []), variables: Variable.ofPrograms)
        guard case .printed(let answer) = ending, let credentials = parse(answer) else {
            throw lack(ending, profile)
        }
        try Setting.check(credentials, from: "the AWS CLI's profile")
        return credentials
    }

    /// https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html
    private static func parse(_ answer: [UInt8]) -> Credentials? {
        // Text that is not JSON holds no key.
        let document = try? JSONValue(parsing: answer)
        guard let id = document?["AccessKeyId"]?.string,
            let secret = document?["SecretAccessKey"]?.string
        else { return nil }
        return Credentials(
            accessKeyID: id, secretAccessKey: Secret(secret),
            // Some sources write an empty token for keys that need none; signed, it is wrong.
            sessionToken: document?["SessionToken"]?.string.flatMap {
                $0.isEmpty ? nil : Secret($0)
            })
    }

    private static func lack(_ ending: ChildProcess.Ending, _ profile: String?) -> Failure {
        let keys = "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
        switch ending {
        case .failed(let complaint) where complaint.containsBytes(of: "Invalid choice"):
            return Failure(
                .refused,
                "The AWS CLI in PATH is too old to export credentials (aws configure "
                    + "export-credentials): install AWS CLI 2, or \(keys).")
        case .notThere where profile != nil:
            return Failure(
                .refused,
                "The AWS CLI is not in PATH, so --profile cannot be used: install AWS "
                    + "CLI 2, or \(keys).")
        case .failed, .printed, .notThere:
            let reason = lastLine(ending).map { " (\($0))" } ?? ""
            return Failure(
                .refused,
                profile.map {
                    "The AWS CLI has no credentials for the profile \($0)\(reason). Sign in with: "
                        + "aws sso login --profile \($0.shellWord), or check with: aws configure "
                        + "list --profile \($0.shellWord)"
                } ?? defaultLack(reason, keys))
        }
    }

    /// The sentence where no profile is named: the default profile is not signed in, or there is
    /// none.
    private static func defaultLack(_ reason: String, _ keys: String) -> String {
        reason.containsBytes(of: "SSO") || reason.containsBytes(of: "sso")
            ? "The AWS CLI's default profile is not signed in\(reason). Sign in with: aws sso login"
            : "There are no credentials\(reason): \(keys), or give --profile."
    }

    /// The last line of a program's complaint, which has the reason.
    private static func lastLine(_ ending: ChildProcess.Ending) -> String? {
        guard case .failed(let complaint) = ending else { return nil }
        let line = complaint.split(whereSeparator: \.isNewline).last?.prefix(200)
        return line.map { $0.hasSuffix(".") ? String($0.dropLast()) : String($0) }
    }

    /// Whether the environment has keys, which take precedence over a profile that no option names.
    static var hasKeys: Bool {
        Variable.value("AWS_ACCESS_KEY_ID") != nil && Variable.value("AWS_SECRET_ACCESS_KEY") != nil
    }

    /// The region of the environment.
    static var regionVariable: String? {
        Variable.value("AWS_REGION") ?? Variable.value("AWS_DEFAULT_REGION")
    }

    /// Starts to look for the region, and returns a function that waits for it: the AWS CLI takes a
    /// second to start, during which the credentials can be looked for too.
    static func region(profile: String?) -> () throws -> String {
        if let region = regionVariable { return { region } }
        // A program that cannot be started knows no region.
        let program = try? ChildProcess(
            ["aws", "configure", "get", "region"] + (profile.map { ["--profile", $0] } ?? []),
            variables: Variable.ofPrograms)
        return {
            var region = ""
            if case .printed(let answer)? = program?.ending() {
                region = String(decoding: answer.filter { $0 > 0x20 }, as: UTF8.self)
            }
            guard !region.isEmpty else {
                throw Failure(.refused, "No region is set: give --region, or set AWS_REGION.")
            }
            return region
        }
    }
}
