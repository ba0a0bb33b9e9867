package import HTTP
package import Process

/// The account, the region and the client of all calls. Made once, before the first event.
package struct AWSSession {
    package let region: String
    package let credentials: Credentials
    package let http: any HTTPClient
    package private(set) var pacing: Pacing
    private let environment: Environment

    /// A session out of the variables that every SDK reads: `AWS_REGION`, the keys, and the
    /// endpoints as in `endpointOverride`.
    package init(
        _ environment: Environment, http: any HTTPClient, pacing: Pacing
    ) throws(ConfigurationError) {
        self.init(
            region: try environment.required("AWS_REGION"),
            credentials: Credentials(
                accessKeyID: try environment.required("AWS_ACCESS_KEY_ID"),
                secretAccessKey: Secret(try environment.required("AWS_SECRET_ACCESS_KEY")),
                sessionToken: environment.optional("AWS_SESSION_TOKEN").map(Secret.init)),
            endpoints: environment, http: http, pacing: pacing)
    }

    /// - Parameter endpoints: the variables of `endpointOverride`.
    package init(
        region: String, credentials: Credentials, endpoints: Environment, http: any HTTPClient,
        pacing: Pacing
    ) {
        self.region = region
        self.credentials = credentials
        self.http = http
        self.pacing = pacing
        environment = endpoints
    }

    /// The session for calls whose effect must be recorded afterwards, as in `Pacing`.
    package var leavingTimeToRecord: AWSSession {
        var session = self
        session.pacing = pacing.leavingTimeToRecord
        return session
    }

    /// The endpoint that replaces AWS's own, without a slash at its end; nil means AWS. The
    /// variables are `AWS_ENDPOINT_URL_{SERVICE}` and `AWS_ENDPOINT_URL`
    /// (https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html).
    package func endpointOverride(_ service: String) -> String? {
        let given =
            environment.optional("AWS_ENDPOINT_URL_\(service)")
            ?? environment.optional("AWS_ENDPOINT_URL")
        return given.map { String($0.hasSuffix("/") ? $0.dropLast() : $0[...]) }
    }

    /// `https://{host}.{region}.amazonaws.com`, unless `AWS_ENDPOINT_URL_{variable}` replaces it.
    package func endpoint(_ host: String, variable: String) -> String {
        endpointOverride(variable) ?? "https://\(host).\(region).amazonaws.com"
    }

    /// A client for one service of this account.
    package func client(
        signingName: String, region: String? = nil, path: SigV4.PathRule = .encodedAgain
    ) -> AWSClient {
        let signer = SigV4(
            credentials: credentials, region: region ?? self.region, service: signingName,
            path: path, sendsPayloadHash: path == .verbatim)
        return AWSClient(
            RetryingClient(
                SigningClient(http, signer: signer), pacing: pacing, decide: AWSClient.retryDecision
            ))
    }
}
