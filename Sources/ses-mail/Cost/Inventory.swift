internal import AWS
internal import JSON

/// The parts of a deployment that cost even without mail.
struct Inventory: Equatable {
    /// A key, and one more for each of its first two yearly rotations: KMS charges for those too.
    /// https://aws.amazon.com/kms/pricing/
    var keys = 0
    /// The number of metrics that each alarm watches, by its name without the environment.
    var alarms: [String: Int] = [:]
    var dashboards = 0
    /// The number of pollers of queues: the pipe, and the functions' mappings.
    var pollers = 0
    var isTracing = false
    /// The memory of a function, in MB.
    var memory = 128

    var amounts: [CostItem: Double] {
        [
            .keys: Double(keys), .alarmMetrics: Double(alarms.values.reduce(0, +)),
            .dashboards: Double(dashboards), .queueRequests: idlePolls,
        ]
    }

    /// A poller keeps five requests of twenty seconds each open, all month. AWS documents this for
    /// Lambda's mappings; for the pipe it is assumed.
    /// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
    private var idlePolls: Double { Double(pollers) * 5 * 3 * 60 * 24 * 30 }
}

extension Inventory {
    /// Counts the parts of a deployment.
    init(_ deployment: Deployment) throws(AWSError) {
        let session = deployment.session
        let lambda = LambdaService(session)
        func name(_ function: FunctionChoice) -> String { function.name(in: deployment.name) }
        // Without the function there is no key, and no permission to look for one.
        if try lambda.function(name(.credentials)) != nil {
            keys = Self.keys(try KMS(session).key(deployment.smtpKey))
        }
        alarms = Self.alarms(try AlarmList(deployment).alarms, in: deployment.name)
        dashboards = try CloudWatch(session).dashboards(prefix: deployment.dashboardName)
            .count { $0 == deployment.dashboardName }
        for function in [FunctionChoice.forwarder, .bouncer] {
            pollers += try lambda.mappings(of: name(function)).count {
                $0.source.contains(":sqs:") && $0.state == "Enabled"
            }
        }
        if try Pipes(session).pipe(deployment.pipeName)?.state == "RUNNING" { pollers += 1 }
        let router = try lambda.function(name(.router))
        isTracing = router?.isTraced ?? false
        memory = router?.memory ?? memory
    }

    static func keys(_ key: KMS.Key?, now: Int = Clock.epochSeconds()) -> Int {
        guard let key else { return 0 }
        let years = (now - (key.createdAt ?? now)) / (365 * 86_400)
        return 1 + min(2, max(0, years))
    }

    /// An alarm on an expression of several metrics costs as much as several alarms.
    static func alarms(_ alarms: [CloudWatch.Alarm], in environment: EnvironmentName)
        -> [String: Int]
    {
        let counts = alarms.map { alarm in
            let metrics = (alarm.json["Metrics"]?.array ?? []).count { $0["MetricStat"] != nil }
            return (alarm.heading(in: environment), max(1, metrics))
        }
        return Dictionary(counts) { $1 }
    }
}

/// A switch of Terraform that saves money.
enum CostSwitch: String, CaseIterable {
    case essentialAlarms = #"alarms = "essential""#
    case noSMTP = "enable_smtp = false"
    case noTracing = "enable_tracing = false"
    case noDashboard = "enable_dashboard = false"

    /// The alarms that `essentialAlarms` keeps, as in alarms.tf.
    static let essentialAlarmNames: Set = [
        "ses-email-input-dlq-messages", "ses-gmail-forwarder-dlq-messages",
        "ses-bouncer-dlq-messages", "ses-mail-smtp-credential-manager-dlq-messages",
        "ses-email-input-queue-age", "ses-gmail-forwarder-queue-age",
        "ses-mail-gmail-token-invalid", "ses-mail-lookup-failed",
        "ses-mail-notifications-failed", "ses-mail-canary-missing",
    ]
}

extension Inventory {
    /// The inventory after a switch.
    func switched(by name: CostSwitch) -> Inventory {
        var rest = self
        switch name {
        case .essentialAlarms:
            rest.alarms = alarms.filter { CostSwitch.essentialAlarmNames.contains($0.key) }
        case .noSMTP:
            rest.keys = 0
            rest.alarms = alarms.filter { !$0.key.hasPrefix("ses-mail-smtp-credential-") }
            // This alarm adds up the errors of each function.
            rest.alarms["ses-mail-lambda-errors"]? -= 1
        case .noTracing: rest.isTracing = false
        case .noDashboard: rest.dashboards = 0
        }
        return rest
    }
}
