internal import HTTP

/// The calls that we make of S3 (https://docs.aws.amazon.com/AmazonS3/latest/API/).
package struct S3 {
    private let client: AWSClient
    private let region: String
    private let endpointOverride: String?

    package init(_ session: AWSSession) {
        client = session.client(signingName: "s3", path: .verbatim)
        region = session.region
        endpointOverride = session.endpointOverride("S3")
    }

    /// Writes the object into an open file, from its start (`GetObject`).
    /// - Parameter limit: more bytes than this are an error.
    package func getObject(
        bucket: String, key: String, into descriptor: Int32, limit: Int64
    ) throws(AWSError) {
        var request = HTTPRequest(
            .get, url(bucket: bucket, key: key), name: CallName("S3", "GetObject"))
        request.responseBody = .file(descriptor: descriptor, limit: limit)
        request.timeoutSeconds = 60
        _ = try client.send(request)
    }

    /// Deletes the object; one that is not there is deleted already (`DeleteObject`).
    package func deleteObject(bucket: String, key: String) throws(AWSError) {
        _ = try client.send(
            HTTPRequest(
                .delete, url(bucket: bucket, key: key), name: CallName("S3", "DeleteObject")))
    }

    /// Virtual-hosted style, but for an overridden endpoint and for a bucket with dots, which no
    /// wildcard certificate covers: those take path style.
    package func url(bucket: String, key: String) -> String {
        let path = PercentEncoding.encode(key, allowingSlash: true)
        if let endpointOverride { return "\(endpointOverride)/\(bucket)/\(path)" }
        return bucket.utf8.contains(UInt8(ascii: "."))
            ? "https://s3.\(region).amazonaws.com/\(bucket)/\(path)"
            : "https://\(bucket).s3.\(region).amazonaws.com/\(path)"
    }
}
