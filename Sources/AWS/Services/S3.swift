internal import HTTP
internal import JSON
internal import Text

/// The calls that we make of S3 (https://docs.aws.amazon.com/AmazonS3/latest/API/).
package struct S3 {
    package let client: AWSClient
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

    /// The object's first bytes, or all if it has fewer; nil if there is no such object
    /// (`GetObject` with a range). Without the right to list the bucket, AccessDenied takes the
    /// place of nil.
    package func getBeginning(
        bucket: String, key: String, byteCount: Int, timeoutSeconds: Double = 8
    ) throws(AWSError) -> [UInt8]? {
        var request = HTTPRequest(
            .get, url(bucket: bucket, key: key), name: CallName("S3", "GetObject"))
        request.headers.add("Range", "bytes=0-\(byteCount - 1)")
        request.responseBody = .memory(limit: byteCount)
        request.timeoutSeconds = timeoutSeconds
        do {
            return try client.send(request).body
        } catch {
            guard case .refused(_, let refusal) = error else { throw error }
            switch refusal.status {
            case 404 where refusal.code != "NoSuchBucket": return nil
            case 416: return []  // An empty object has no first byte.
            default: throw error
            }
        }
    }

    /// Deletes the object; one that is not there is deleted already (`DeleteObject`).
    package func deleteObject(bucket: String, key: String) throws(AWSError) {
        _ = try client.send(
            HTTPRequest(
                .delete, url(bucket: bucket, key: key), name: CallName("S3", "DeleteObject")))
    }

    /// The virtual-hosted style; for an overridden endpoint, and for a bucket with dots, which no
    /// wildcard certificate covers, the path style.
    package func url(bucket: String, key: String) -> String {
        let path = PercentEncoding.encode(key, allowingSlash: true)
        if let endpointOverride { return "\(endpointOverride)/\(bucket)/\(path)" }
        return bucket.utf8.contains(UInt8(ascii: "."))
            ? "https://s3.\(region).amazonaws.com/\(bucket)/\(path)"
            : "https://\(bucket).s3.\(region).amazonaws.com/\(path)"
    }
}
