internal import AWS
internal import Mail

/// The bucket with the stored mail, and the ledger's rows about it.
struct MailBucket {
    let deployment: Deployment
    let name: String
    let storage: S3
    private let database: DynamoDB

    init(_ deployment: Deployment) throws(AWSError) {
        self.init(deployment, deployment.session, name: try deployment.bucketName())
    }

    private init(_ deployment: Deployment, _ session: AWSSession, name: String) {
        self.deployment = deployment
        self.name = name
        storage = S3(session)
        database = DynamoDB(session, table: deployment.tableName)
    }

    /// SES receives no larger mail.
    static let largestMail = 150 << 20

    /// Most headers are shorter than the first of these, and none that is read is longer than the
    /// second.
    private static let headerBytes = [16 << 10, 256 << 10]

    private static let connections = 8

    /// All objects with mail, newest first.
    /// - Parameter since: those that came since then.
    func objects(since: Since? = nil) throws(AWSError) -> [S3.Object] {
        // The same form up to the seconds: the text's order is that of time.
        let earliest = since.map { Clock.text($0.epochSeconds).dropLast() } ?? ""
        return try storage.objects(in: name, prefix: StoredMail.prefix)
            .filter { $0.lastModified >= earliest && !StoredMail.isSetupNotification($0.key) }
            .sorted { ($0.lastModified, $0.key) > ($1.lastModified, $1.key) }
    }

    /// The object of a mail that must be stored.
    func object(_ messageID: String) throws -> S3.Object {
        guard let object = try storage.object(StoredMail.key(of: messageID), in: name) else {
            throw notStored(messageID)
        }
        return object
    }

    /// All bytes of a mail that must be stored.
    func bytes(of object: S3.Object) throws -> [UInt8] {
        guard let bytes = try bytesIfStored(of: object) else {
            throw notStored(StoredMail.messageID(ofKey: object.key))
        }
        return bytes
    }

    /// All bytes of a mail; nil if it is gone.
    func bytesIfStored(of object: S3.Object) throws(AWSError) -> [UInt8]? {
        try storage.getBeginning(
            bucket: name, key: object.key, byteCount: MailBucket.largestMail, timeoutSeconds: 60)
    }

    /// The mail with its header, of which little more than that is read; nil where it is gone.
    func mail(_ object: S3.Object) throws(AWSError) -> StoredMail? {
        for byteCount in MailBucket.headerBytes {
            let beginning = try storage.getBeginning(
                bucket: name, key: object.key, byteCount: byteCount)
            guard let beginning else { return nil }
            let isWhole = HeaderBlock(beginning).isWhole || beginning.count < byteCount
            if isWhole || byteCount == MailBucket.headerBytes.last {
                return StoredMail(object, bucket: name, beginning: beginning)
            }
        }
        return nil
    }

    /// The rows of the ledger about a mail.
    func ledger(of messageID: String) throws(AWSError) -> [Item] {
        try database.rows(partition: "MAIL#\(messageID)")
    }

    func notStored(_ messageID: String) -> Failure {
        Failure(
            .notFound,
            "The mail \(messageID) is not stored: it was imported, or is older than the "
                + "retention. See: \(deployment.command("trace \(messageID)"))")
    }

    /// The findings about all objects, in their order, by several connections at the same time.
    /// - Parameters:
    ///   - chunk: so many findings are held at once.
    ///   - read: is given the bucket by a connection of its own.
    ///   - take: receives some findings, and answers whether to go on.
    func forEach<Finding: Sendable>(
        _ objects: [S3.Object], chunk: Int = 64,
        read: @escaping (MailBucket, S3.Object) throws(AWSError) -> Finding,
        take: ([Finding]) throws -> Bool
    ) throws {
        let count = min(MailBucket.connections, objects.count)
        let workers = (0..<count).map { _ in
            let session = deployment.session(patienceSeconds: 180)
            let bucket = MailBucket(deployment, session, name: name)
            return { (object: S3.Object) -> Result<Finding, AWSError> in
                Result { () throws(AWSError) in try read(bucket, object) }
            }
        }
        var done = 0
        try Workers.run(over: objects, chunk: chunk, by: workers) { results in
            let isWanted = try take(try results.map { try $0.get() })
            done += results.count
            if done < objects.count { Output.progress("read \(done) of \(objects.count) …") }
            return isWanted && !Output.isClosed
        }
    }
}
