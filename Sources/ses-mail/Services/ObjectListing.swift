internal import AWS
internal import HTTP

/// Which objects are there, and how does one begin?
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
        try list(bucket, PercentEncoding.form(["max-keys": "1", "prefix": key])).objects.first {
            $0.key == key
        }
    }

    /// All objects whose key begins so, in the order of their keys (`ListObjectsV2`).
    func objects(bucket: String, prefix: String) throws(AWSError) -> [Object] {
        var objects: [Object] = []
        var query = PercentEncoding.form(["prefix": prefix])
        // A page has a thousand.
        for _ in 0..<1000 {
            let page = try list(bucket, query)
            objects += page.objects
            guard let token = page.next else { return objects }
            query = PercentEncoding.form(["continuation-token": token, "prefix": prefix])
        }
        throw .undecodable(ObjectListing.listing, reason: "the list does not end")
    }

    /// The first bytes of an object, all of it where it is shorter (`GetObject` with a `Range`).
    func beginning(bucket: String, key: String, byteCount: Int) throws(AWSError) -> [UInt8] {
        let path = PercentEncoding.encode(key, allowingSlash: true)
        return try client.send(
            HTTPRequest(
                .get, url(of: bucket) + path, headers: ["Range": "bytes=0-\(byteCount - 1)"],
                name: CallName("S3", "GetObject"))
        ).body
    }

    private static let listing = CallName("S3", "ListObjectsV2")

    private func list(
        _ bucket: String, _ query: String
    ) throws(AWSError) -> (objects: [Object], next: String?) {
        let answer = try client.send(
            HTTPRequest(
                .get, "\(url(of: bucket))?list-type=2&\(query)", name: ObjectListing.listing)
        ).body
        let objects = XMLText.elements("Contents", in: answer, limit: 1000).map { entry in
            Object(
                key: XMLText.first("Key", in: entry) ?? "",
                byteCount: XMLText.first("Size", in: entry).flatMap { Int($0) } ?? 0,
                lastModified: XMLText.first("LastModified", in: entry) ?? "")
        }
        return (objects, XMLText.first("NextContinuationToken", in: answer))
    }

    /// Virtual-hosted style, but for an overridden endpoint; our buckets' names have no dots.
    private func url(of bucket: String) -> String {
        session.endpointOverride("S3").map { "\($0)/\(bucket)/" }
            ?? "https://\(bucket).s3.\(session.region).amazonaws.com/"
    }
}
