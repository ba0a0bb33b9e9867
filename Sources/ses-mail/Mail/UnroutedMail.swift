internal import AWS

/// The stored mail without a decision: SES stored it, and the routing log does not mention it. Its
/// notification was lost on the way, or waits in a queue.
struct UnroutedMail {
    private let deployment: Deployment
    private let bucket: String

    /// A mail is routed within seconds, or within minutes where a try failed.
    private static let patienceSeconds = 3600

    init(_ deployment: Deployment, bucket: String) {
        self.deployment = deployment
        self.bucket = bucket
    }

    /// The objects, oldest first. Those that are older than the routing log are not known.
    func objects(now: Int = Clock.epochSeconds()) throws(AWSError) -> [S3.Object] {
        let log = RoutingLog(deployment)
        let objects = UnroutedMail.known(
            try S3(deployment.session).objects(in: bucket, prefix: StoredMail.prefix), now: now,
            retentionSeconds: try log.retentionSeconds())
        guard let oldest = objects.first?.modifiedAt else { return [] }
        let decided = try log.decisions(in: TimeRange(ofMailStoredAt: oldest))
        return objects.filter { decided[StoredMail.messageID(ofKey: $0.key)] == nil }
    }

    /// The objects that the log must mention, oldest first.
    static func known(
        _ objects: [S3.Object], now: Int, retentionSeconds: Int
    ) -> [S3.Object] {
        objects.filter { object in
            guard let time = object.modifiedAt else { return false }
            return time > now - retentionSeconds && time < now - patienceSeconds
                && !StoredMail.isSetupNotification(object.key)
        }.sorted { ($0.lastModified, $0.key) < ($1.lastModified, $1.key) }
    }
}
