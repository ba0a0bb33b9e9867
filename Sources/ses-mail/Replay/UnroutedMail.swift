internal import AWS

/// The stored mail that nobody has decided on: SES stored it, and the routing log says nothing of
/// it. Its notification got lost on the way, or waits in a queue.
struct UnroutedMail {
    private let deployment: Deployment
    private let storage: BucketService

    /// A mail is routed within seconds, and within minutes where it is tried again.
    private static let patienceSeconds = 3600

    init(_ deployment: Deployment, bucket: String) {
        self.deployment = deployment
        storage = BucketService(deployment.session, bucket: bucket)
    }

    /// The objects, oldest first. Nothing is known of those that are older than the routing log.
    func objects(now: Int = Clock.epochSeconds()) throws(AWSError) -> [BucketService.Object] {
        let log = RoutingLog(deployment)
        let objects = UnroutedMail.known(
            try storage.objects(prefix: StoredMail.prefix), now: now,
            retentionSeconds: try log.retentionSeconds())
        guard let oldest = objects.first?.modifiedAt else { return [] }
        let decided = try log.decisions(in: TimeRange(ofMailStoredAt: oldest))
        return objects.filter { decided[StoredMail.messageID(ofKey: $0.key)] == nil }
    }

    /// Those of which the log must say something, oldest first.
    static func known(
        _ objects: [BucketService.Object], now: Int, retentionSeconds: Int
    ) -> [BucketService.Object] {
        objects.filter { object in
            guard let time = object.modifiedAt else { return false }
            return time > now - retentionSeconds && time < now - patienceSeconds
                && !StoredMail.isSetupNotification(object.key)
        }.sorted { ($0.lastModified, $0.key) < ($1.lastModified, $1.key) }
    }
}
