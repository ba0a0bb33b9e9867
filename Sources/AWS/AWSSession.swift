package import HTTP

/// Where do calls go, as whom, and through which client? Made once, before the first event.
package struct AWSSession {
    package let region: String
    package let credentials: Credentials
    package let http: any HTTPClient
    package let pacing: Pacing
    private let endpointVariable: (String) -> String?

    /// A session out of the variables that every SDK reads.
    /// - Parameters:
    ///   - required: looks up the region and the key, or throws and names the one that is missing.
    ///   - optional: looks up the token, `AWS_ENDPOINT_URL_<SERVICE>` and `AWS_ENDPOINT_URL`
    ///     (https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html).
    package init<Failure: Error>(
        required: (String) throws(Failure) -> String, optional: @escaping (String) -> String?,
        http: any HTTPClient, pacing: Pacing
    ) throws(Failure) {
        region = try required("AWS_REGION")
        credentials = Credentials(
            accessKeyID: try required("AWS_ACCESS_KEY_ID"),
            secretAccessKey: Secret(try required("AWS_SECRET_ACCESS_KEY")),
            sessionToken: optional("AWS_SESSION_TOKEN").map(Secret.init))
        self.http = http
        self.pacing = pacing
        endpointVariable = optional
    }

    /// The endpoint that replaces AWS's own, without a slash at its end; nil means AWS.
    package func endpointOverride(_ service: String) -> String? {
        let given =
            endpointVariable("AWS_ENDPOINT_URL_\(service)") ?? endpointVariable("AWS_ENDPOINT_URL")
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
                SigningClient(http, signer: signer), pacing: pacing, advice: AWSClient.advice))
    }
}
