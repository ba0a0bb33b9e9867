internal import AWS
internal import JSON

/// What a deployment has, whether mail comes or not.
struct Inventory: Equatable {
    var keys = 0
    var alarmMetrics = 0
    var dashboards = 0
    /// What asks a queue for messages all day: two functions' mappings and the pipe.
    var pollers = 3
    var isTracing = false
    /// Of a function, in MB.
    var memory = 128

    var amounts: [CostItem: Double] {
        [
            .keys: Double(keys), .alarmMetrics: Double(alarmMetrics),
            .dashboards: Double(dashboards),
        ]
    }

    /// A poller has five open questions of twenty seconds each, all month.
    /// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
    var idlePolls: Double { Double(pollers) * 5 * 3 * 60 * 24 * 30 }
}

extension Inventory {
    /// Counts it in a deployment.
    init(_ deployment: Deployment) throws {
        let session = deployment.session
        keys = try KeyService(session).state(of: deployment.smtpKey) == nil ? 0 : 1
        alarmMetrics = try AlarmList(deployment).alarms.reduce(0) { $0 + $1.metricCount }
        dashboards = try CloudWatch(session).dashboards(prefix: deployment.dashboardName).count
        let router = try LambdaService(session)
            .function(FunctionChoice.router.name(in: deployment.name))
        isTracing = router?.isTraced ?? false
        memory = router?.memory ?? memory
    }
}

extension CloudWatch.Alarm {
    /// An alarm that is computed out of several metrics costs as much as so many.
    fileprivate var metricCount: Int {
        max(1, (json["Metrics"]?.array ?? []).count { $0["MetricStat"] != nil })
    }
}

/// What mails use. One is taken for 75 KB, for one recipient, and imported into Gmail.
enum MailUsage {
    private static let gigabytes = 75e-6
    private static let tracesPerMail = 2.5

    /// What so many mails a month use, beside what is used without any.
    static func amounts(mails: Double, _ inventory: Inventory) -> [CostItem: Double] {
        let invocations = 2 * mails
        // In an hour with mail, eight of our metrics have data.
        let hoursWithMail = min(mails, 720)
        return inventory.amounts.merging([
            .customMetrics: 8 * hoursWithMail / 720, .receivedMails: mails,
            .queueRequests: inventory.idlePolls + 6 * mails, .notifications: mails,
            .pipeRequests: mails, .events: mails, .invocations: invocations,
            .computing: mails * 1.55 * Double(inventory.memory) / 1024,
            .tableWrites: 2 * mails, .tableReads: 3 * mails,
            // Deleted after its import, it is kept as an old version for 90 days.
            .storedGigabytes: 3 * gigabytes * mails, .objectRequests: mails,
            .logGigabytes: 8e-6 * mails,
        ]) { $1 }.merging(estimated(mails: mails, inventory)) { $1 }
    }

    /// What no metric counts.
    static func estimated(mails: Double, _ inventory: Inventory) -> [CostItem: Double] {
        [
            .traces: inventory.isTracing ? tracesPerMail * mails : 0,
            .egressGigabytes: gigabytes * mails,
        ]
    }
}
