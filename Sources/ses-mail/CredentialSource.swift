internal import AWS
internal import HTTP
internal import JSON

/// As whom are calls made? The environment's keys, or what the AWS CLI finds for a profile: it
/// knows about SSO, roles and their expiry, and we need not.
enum CredentialSource {
    /// - Parameter isAsked: whether the profile was given as an option, which beats the
    ///   environment's keys.
    static func credentials(profile: String?, isAsked: Bool) throws -> Credentials {
        if !isAsked, let id = Variable.value("AWS_ACCESS_KEY_ID"),
            let secret = Variable.value("AWS_SECRET_ACCESS_KEY")
        {
            return Credentials(
                accessKeyID: id, secretAccessKey: Secret(secret),
                sessionToken: Variable.value("AWS_SESSION_TOKEN").map(Secret.init))
        }
        let answer = ChildProcess.output(
            of: ["aws", "configure", "export-credentials", "--format", "process"]
                + (profile.map { ["--profile", $0] } ?? []))
        return try parse(answer, profile: profile)
    }

    /// https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html
    static func parse(_ answer: [UInt8]?, profile: String?) throws -> Credentials {
        // No JSON is no answer: the CLI has said on standard error what is wrong.
        let document = answer.flatMap { try? JSONValue(parsing: $0) }
        guard let id = document?["AccessKeyId"]?.string,
            let secret = document?["SecretAccessKey"]?.string
        else {
            throw Failure(
                .refused,
                profile.map {
                    "The AWS CLI has no credentials for the profile \($0); sign in with: aws sso "
                        + "login --profile \($0), or look at: aws configure list --profile \($0)"
                }
                    ?? "There are no credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, "
                    + "or give --profile.")
        }
        return Credentials(
            accessKeyID: id, secretAccessKey: Secret(secret),
            sessionToken: document?["SessionToken"]?.string.map(Secret.init))
    }

    static func region(profile: String?) throws -> String {
        if let region = Variable.value("AWS_REGION") ?? Variable.value("AWS_DEFAULT_REGION") {
            return region
        }
        let answer = ChildProcess.output(
            of: ["aws", "configure", "get", "region"] + (profile.map { ["--profile", $0] } ?? []))
        let region = String(decoding: (answer ?? []).filter { $0 > 0x20 }, as: UTF8.self)
        guard !region.isEmpty else {
            throw Failure(.refused, "No region is set: give --region, or set AWS_REGION.")
        }
        return region
    }
}
