internal import AWS
internal import HTTP

/// Is there an object of this key?
/// (https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html)
struct ObjectListing {
    private let client: AWSClient
    private let session: AWSSession

    init(_ session: AWSSession) {
        client = session.client(signingName: "s3", path: .verbatim)
        self.session = session
    }

    /// An object as a listing shows it.
    struct Object: Equatable, Sendable {
        let key: String
        let byteCount: Int
        /// RFC 3339.
        let lastModified: String
    }

    /// The object of exactly this key, or nil. A listing tells that one is missing also to who may
    /// not read it (`ListObjectsV2`).
    func object(bucket: String, key: String) throws(AWSError) -> Object? {
        let query = PercentEncoding.form(["list-type": "2", "max-keys": "1", "prefix": key])
        let answer = try client.send(
            HTTPRequest(
                .get, "\(url(of: bucket))?\(query)",
                name: CallName("S3", "ListObjectsV2"))
        ).body
        guard let entry = XMLText.elements("Contents", in: answer, limit: 1).first,
            XMLText.first("Key", in: entry) == key
        else { return nil }
        return Object(
            key: key, byteCount: XMLText.first("Size", in: entry).flatMap { Int($0) } ?? 0,
            lastModified: XMLText.first("LastModified", in: entry) ?? "")
    }

    /// Virtual-hosted style, but for an overridden endpoint; our buckets' names have no dots.
    private func url(of bucket: String) -> String {
        session.endpointOverride("S3").map { "\($0)/\(bucket)/" }
            ?? "https://\(bucket).s3.\(session.region).amazonaws.com/"
    }
}
