package import HTTP
package import Text

/// Signature Version 4 of a request: canonical request → string to sign → signature,
/// each a pure function, the time passed in
/// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html).
package struct SigV4: Sendable {
    package let credentials: Credentials
    package let region: String
    /// The signing name: `dynamodb`, `ses` for both SES endpoints.
    package let service: String
    package let path: PathRule
    /// Whether the payload's hash travels, signed, in `x-amz-content-sha256` (S3 demands it).
    package let sendsPayloadHash: Bool

    /// The way from the path of the URL to the canonical path.
    package enum PathRule: Sendable {
        /// The path as it is in the URL (S3).
        case verbatim
        /// Encoded once more than in the URL (all others). `.`, `..` and empty segments are not
        /// resolved, because no path that is called has any.
        case encodedAgain
    }

    package init(
        credentials: Credentials, region: String, service: String, path: PathRule,
        sendsPayloadHash: Bool
    ) {
        self.credentials = credentials
        self.region = region
        self.service = service
        self.path = path
        self.sendsPayloadHash = sendsPayloadHash
    }

    /// The request with date, token, hash and `Authorization` added; `Host` is signed as libcurl
    /// writes it. The body must be in memory.
    ///
    /// - Parameter key: the day's `signingKey`, where the caller has kept it.
    package func signed(
        _ request: HTTPRequest, at time: UTCTime, key: [UInt8]? = nil
    ) -> HTTPRequest {
        guard let body = request.body.bytes else {
            preconditionFailure("\(request.name) signs a body that is not in memory")
        }
        let payloadHash = Hex.encode(Digest.sha256(body))
        var signed = request
        let (timestamp, scope) = (time.basic, scope(day: time.basicDay))
        signed.headers.replace("X-Amz-Date", timestamp)
        if let token = credentials.sessionToken {
            signed.headers.replace("X-Amz-Security-Token", token.value)
        }
        if sendsPayloadHash { signed.headers.replace("x-amz-content-sha256", payloadHash) }
        let canonical = canonicalRequest(signed, payloadHash: payloadHash)
        let signature = signature(
            of: SigV4.stringToSign(canonical.text, timestamp: timestamp, scope: scope),
            key: key ?? signingKey(day: time.basicDay))
        signed.headers.replace(
            "Authorization",
            "AWS4-HMAC-SHA256 Credential=\(credentials.accessKeyID)/\(scope), "
                + "SignedHeaders=\(canonical.signedHeaders), Signature=\(signature)")
        return signed
    }

    /// Step 1: the request as both sides write it, byte for byte, and the names it covers.
    package func canonicalRequest(
        _ request: HTTPRequest, payloadHash: String
    ) -> (text: String, signedHeaders: String) {
        let url = URLParts(request.url)
        var signedHeaders = ""
        var text = ""
        text.reserveCapacity(2048)
        text += "\(request.method.rawValue)\n\(canonicalPath(url.path))\n"
        text += "\(SigV4.canonicalQuery(url.query))\n"
        for field in SigV4.canonicalFields(request.headers, host: url.authority) {
            text += field.name
            text += ":"
            text += field.value
            text += "\n"
            if !signedHeaders.isEmpty { signedHeaders += ";" }
            signedHeaders += field.name
        }
        text += "\n"
        text += signedHeaders
        text += "\n"
        text += payloadHash
        return (text, signedHeaders)
    }

    /// Step 2.
    package static func stringToSign(
        _ canonicalRequest: String, timestamp: String, scope: String
    ) -> String {
        """
        AWS4-HMAC-SHA256
        \(timestamp)
        \(scope)
        \(Hex.encode(Digest.sha256(canonicalRequest)))
        """
    }

    /// Step 3: the HMAC under the day's key.
    package func signature(of stringToSign: String, key: [UInt8]) -> String {
        Hex.encode(Digest.hmac(key: key, stringToSign))
    }

    /// The key of that day (`20150830`), region and service.
    package func signingKey(day: String) -> [UInt8] {
        let seed = Array("AWS4\(credentials.secretAccessKey.value)".utf8)
        return [day, region, service, "aws4_request"].reduce(seed) { key, part in
            Digest.hmac(key: key, part)
        }
    }

    /// The scope of a signature: day (`20150830`), region, service.
    package func scope(day: String) -> String {
        "\(day)/\(region)/\(service)/aws4_request"
    }

    private func canonicalPath(_ path: String) -> String {
        let given = path.isEmpty ? "/" : path
        return switch self.path {
        case .verbatim: given
        case .encodedAgain: PercentEncoding.encode(given, allowingSlash: true)
        }
    }
}
