internal import AWS

/// The usage of mail in the last thirty days, as CloudWatch counted it.
struct MeasuredUsage {
    private let deployment: Deployment
    private let cloudWatch: CloudWatch
    private let now: Int

    static let days = 30

    init(_ deployment: Deployment, now: Int = Clock.epochSeconds()) {
        self.deployment = deployment
        cloudWatch = CloudWatch(deployment.session)
        self.now = now
    }

    func amounts(_ inventory: Inventory) throws(AWSError) -> [CostItem: Double] {
        let counted = try cloudWatch.sums(
            of: CountedMetric.allCases.map(\.rawValue), in: deployment.metricNamespace,
            from: now - MeasuredUsage.days * 86_400, to: now, periodSeconds: 3600)
        func count(_ names: CountedMetric...) -> Double {
            names.flatMap { counted[$0.rawValue] ?? [] }.reduce(0) { $0 + $1.sum }
        }
        let mails = count(.emailsAccepted, .canaryDelivered)
        // A metric costs its share of the month for each hour in which it has data.
        let hours = Double(counted.values.reduce(0) { $0 + $1.count })
        var amounts = MailUsage.estimated(mails: mails, inventory)
        amounts.merge([
            .customMetrics: hours / Double(24 * MeasuredUsage.days), .receivedMails: mails,
            .sentMails: count(.bounceSendSuccess, .canaryDelivered), .pipeRequests: mails,
            .events: mails, .objectWrites: mails, .objectReads: mails,
        ]) { $1 }
        for (item, sum) in try ofServices(inventory) { amounts[item] = sum }
        return amounts
    }

    /// The usage that the services count themselves.
    private func ofServices(_ inventory: Inventory) throws(AWSError) -> [CostItem: Double] {
        let metrics = metrics(bucket: try deployment.bucketName())
        let sums = try cloudWatch.totals(
            of: metrics.map(\.metric), from: now - MeasuredUsage.days * 86_400, to: now)
        var amounts: [CostItem: Double] = [:]
        for (metric, sum) in zip(metrics, sums) {
            amounts[metric.item, default: 0] += sum * metric.factor(inventory)
        }
        return amounts
    }

    private struct Counted {
        let item: CostItem
        let metric: CloudWatch.Metric
        let factor: (Inventory) -> Double

        init(
            _ item: CostItem, _ namespace: String, _ name: String,
            _ dimensions: KeyValuePairs<String, String>, statistic: String = "Sum",
            _ factor: @escaping (Inventory) -> Double = { _ in 1 }
        ) {
            self.item = item
            metric = .init(
                namespace: namespace, name: name, dimensions: dimensions, statistic: statistic)
            self.factor = factor
        }
    }

    private func metrics(bucket: String) -> [Counted] {
        let queues = QueueChoice.allCases.flatMap { queue in
            [queue.deadLetterName(in: deployment.name)]
                + (queue.hasWorkQueue ? [queue.name(in: deployment.name)] : [])
        }.flatMap { queue in
            // Empty receives are idle polls, which the inventory counts.
            ["Sent", "Received", "Deleted"].map {
                Counted(
                    .queueRequests, "AWS/SQS", "NumberOfMessages\($0)", ["QueueName": queue])
            }
        }
        let functions = FunctionChoice.allCases.flatMap { function in
            let name: KeyValuePairs = ["FunctionName": function.name(in: deployment.name)]
            return [
                Counted(.invocations, "AWS/Lambda", "Invocations", name),
                // Milliseconds.
                Counted(.computing, "AWS/Lambda", "Duration", name) {
                    Double($0.memory) / 1024 / 1000
                },
            ]
        }
        let logs = LogSource.allCases.map {
            Counted(
                .logGigabytes, "AWS/Logs", "IncomingBytes",
                ["LogGroupName": $0.group(in: deployment)], { _ in 1e-9 })
        }
        let table: KeyValuePairs = ["TableName": deployment.tableName]
        return queues + functions + logs + [
            Counted(.tableWrites, "AWS/DynamoDB", "ConsumedWriteCapacityUnits", table),
            Counted(.tableReads, "AWS/DynamoDB", "ConsumedReadCapacityUnits", table),
            Counted(
                .notifications, "AWS/SNS", "NumberOfMessagesPublished",
                ["TopicName": "ses-email-processing-\(deployment.name)"]),
            // The size of each day; the price is for the average size of a month.
            Counted(
                .storedGigabytes, "AWS/S3", "BucketSizeBytes",
                ["BucketName": bucket, "StorageType": "StandardStorage"], statistic: "Average",
                { _ in 1e-9 / Double(MeasuredUsage.days) }),
        ]
    }
}

/// The usage of messages. Each is assumed to have 75 KB and one recipient, and to be imported into
/// Gmail.
enum MailUsage {
    private static let gigabytes = 75e-6
    private static let tracesPerMail = 2.5

    /// The usage of this number of messages a month.
    static func amounts(mails: Double, _ inventory: Inventory) -> [CostItem: Double] {
        // In an hour with mail, eight of our metrics have data.
        let hoursWithMail = min(mails, 720)
        return ofMails(mails, inventory).merging([.customMetrics: 8 * hoursWithMail / 720]) { $1 }
    }

    /// The usage of this number of messages, whenever they come.
    static func ofMails(_ mails: Double, _ inventory: Inventory) -> [CostItem: Double] {
        [
            .receivedMails: mails, .queueRequests: 6 * mails, .notifications: mails,
            .pipeRequests: mails, .events: mails, .invocations: 2 * mails,
            .computing: mails * 1.55 * Double(inventory.memory) / 1024,
            .tableWrites: 2 * mails, .tableReads: 3 * mails,
            // An imported mail is deleted, and kept as an old version for 90 days.
            .storedGigabytes: 3 * gigabytes * mails,
            .objectWrites: mails, .objectReads: mails, .logGigabytes: 8e-6 * mails,
        ].merging(estimated(mails: mails, inventory)) { $1 }
    }

    /// The usage that no metric counts.
    static func estimated(mails: Double, _ inventory: Inventory) -> [CostItem: Double] {
        [
            .traces: inventory.isTracing ? tracesPerMail * mails : 0,
            .egressGigabytes: gigabytes * mails,
        ]
    }
}
