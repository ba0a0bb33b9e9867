internal import AWS
internal import HTTP

extension RetryPolicy {
    /// The policy for a person who waits: AWS throttles operators' calls for seconds at a time, and
    /// a search of logs takes long. Pauses and `AWS_MAX_ATTEMPTS` are as in the SDKs' standard mode
    /// (https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html).
    static var forPeople: RetryPolicy {
        var policy = RetryPolicy()
        policy.maximumAttempts =
            Variable.value("AWS_MAX_ATTEMPTS").flatMap { Int($0) }.map { min(max($0, 1), 20) } ?? 8
        policy.baseSeconds = 1
        policy.unreachableAttempts = 3
        policy.unreachableSeconds = 5
        policy.attemptSeconds = 60
        policy.report = { call, outcome, pauseSeconds in
            guard pauseSeconds >= 1 else { return }
            let seconds = Int(pauseSeconds.rounded())
            Output.progress("\(words(outcome, call)), waiting \(seconds.counted("second")) …")
        }
        return policy
    }

    private static func words(_ outcome: Result<HTTPResponse, HTTPError>, _ call: CallName)
        -> String
    {
        switch outcome {
        case .success(let response) where AWSRefusal(response)?.isThrottling == true:
            "\(call) is throttled"
        case .success(let response): "\(call) failed (\(response.status))"
        case .failure(.notSent): "\(call) could not be sent"
        case .failure: "\(call) has no answer"
        }
    }
}

extension HTTPClient where Self == CurlClient {
    /// A client for a person's machine: it uses the proxy that the environment names, and trusts
    /// the roots that `AWS_CA_BUNDLE` or `SSL_CERT_FILE` names, else the system's.
    static var forPeople: CurlClient {
        CurlClient(roots: .operatorsOwn, proxy: .environment, warn: Output.complain)
    }
}
