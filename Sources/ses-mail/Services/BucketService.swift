internal import AWS
internal import HTTP
internal import JSON
internal import Text

/// The calls that we make of S3 about a bucket and what is in it, for operators
/// (https://docs.aws.amazon.com/AmazonS3/latest/API/).
struct BucketService {
    private let client: AWSClient
    /// With a slash at its end.
    private let url: String

    /// Virtual-hosted style, but for an overridden endpoint; our buckets' names have no dots.
    init(_ session: AWSSession, bucket: String) {
        client = session.client(signingName: "s3", path: .verbatim)
        url =
            session.endpointOverride("S3").map { "\($0)/\(bucket)/" }
            ?? "https://\(bucket).s3.\(session.region).amazonaws.com/"
    }

    /// `Enabled` or `Suspended`, empty where it never was; nil where there is no such bucket
    /// (`GetBucketVersioning`).
    func versioning() throws(AWSError) -> String? {
        let request = HTTPRequest(
            .get, "\(url)?versioning=", name: CallName("S3", "GetBucketVersioning"))
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

    /// The object of exactly this key, or nil. A listing tells that one is missing also to who may
    /// not read it (`ListObjectsV2`).
    func object(_ key: String) throws(AWSError) -> Object? {
        try list(PercentEncoding.form(["max-keys": "1", "prefix": key])).page.first {
            $0.key == key
        }
    }

    /// All objects whose key begins so, in the order of their keys (`ListObjectsV2`).
    func objects(prefix: String) throws(AWSError) -> [Object] {
        try Pages(of: BucketService.listing) { (token: String?) throws(AWSError) in
            let more = token.map { PercentEncoding.form(["continuation-token": $0]) + "&" } ?? ""
            return try list(more + PercentEncoding.form(["prefix": prefix]))
        }.all().flatMap { $0 }
    }

    /// The first bytes of an object, all of it where it is shorter (`GetObject` with a `Range`).
    func beginning(of key: String, byteCount: Int) throws(AWSError) -> [UInt8] {
        let path = PercentEncoding.encode(key, allowingSlash: true)
        return try client.send(
            HTTPRequest(
                .get, url + path, headers: ["Range": "bytes=0-\(byteCount - 1)"],
                name: CallName("S3", "GetObject"))
        ).body
    }

    private static let listing = CallName("S3", "ListObjectsV2")

    private func list(
        _ query: String
    ) throws(AWSError) -> (page: [Object], next: String?) {
        let answer = try client.send(
            HTTPRequest(
                .get, "\(url)?list-type=2&\(query)", name: BucketService.listing)
        ).body
        let objects = XMLText.elements("Contents", in: answer, limit: 1000).map { entry in
            Object(
                key: XMLText.first("Key", in: entry) ?? "",
                byteCount: XMLText.first("Size", in: entry).flatMap { Int($0) } ?? 0,
                lastModified: XMLText.first("LastModified", in: entry) ?? "")
        }
        return (objects, XMLText.first("NextContinuationToken", in: answer))
    }
}
