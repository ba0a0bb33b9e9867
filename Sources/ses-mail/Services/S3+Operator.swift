internal import AWS
internal import HTTP
internal import JSON
internal import Text

/// The calls of S3 that only an operator's commands make
/// (https://docs.aws.amazon.com/AmazonS3/latest/API/).
extension S3 {
    /// `Enabled` or `Suspended`; empty if versioning was never enabled, nil if there is no such
    /// bucket (`GetBucketVersioning`).
    func versioning(of bucket: String) throws(AWSError) -> String? {
        let request = HTTPRequest(
            .get, "\(url(bucket: bucket, key: ""))?versioning=",
            name: CallName("S3", "GetBucketVersioning"))
        return try AWSError.orNil("NoSuchBucket") { () throws(AWSError) in
            XMLText.first("Status", in: try client.send(request).body) ?? ""
        }
    }

    /// An object as a listing shows it.
    struct Object: Equatable, Sendable {
        let key: String
        let byteCount: Int
        /// RFC 3339.
        let lastModified: String

        /// The same in epoch seconds.
        var modifiedAt: Int? { UTCTime(rfc3339: lastModified)?.epochSeconds }
    }

    /// The object of exactly this key, or nil. A listing shows that one is missing also to callers
    /// who may not read it (`ListObjectsV2`).
    func object(_ key: String, in bucket: String) throws(AWSError) -> Object? {
        try list(bucket, PercentEncoding.form(["max-keys": "1", "prefix": key])).page.first {
            $0.key == key
        }
    }

    /// All objects whose key begins so, in the order of their keys (`ListObjectsV2`).
    func objects(in bucket: String, prefix: String) throws(AWSError) -> [Object] {
        try Pages(of: S3.listing) { (token: String?) throws(AWSError) in
            let more = token.map { PercentEncoding.form(["continuation-token": $0]) + "&" } ?? ""
            return try list(bucket, more + PercentEncoding.form(["prefix": prefix]))
        }.all().flatMap { $0 }
    }

    private static let listing = CallName("S3", "ListObjectsV2")

    private func list(
        _ bucket: String, _ query: String
    ) throws(AWSError) -> (page: [Object], next: String?) {
        let answer = try client.send(
            HTTPRequest(
                .get, "\(url(bucket: bucket, key: ""))?list-type=2&\(query)", name: S3.listing)
        ).body
        // Without it the list would read as an empty one.
        guard XMLText.isElement("ListBucketResult", answer) else {
            throw .missing("ListBucketResult", in: S3.listing)
        }
        let objects = XMLText.elements("Contents", in: answer, limit: 1000).map { entry in
            Object(
                key: XMLText.first("Key", in: entry) ?? "",
                byteCount: XMLText.first("Size", in: entry).flatMap { Int($0) } ?? 0,
                lastModified: XMLText.first("LastModified", in: entry) ?? "")
        }
        return (objects, XMLText.first("NextContinuationToken", in: answer))
    }
}
