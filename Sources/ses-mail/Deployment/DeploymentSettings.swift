internal import AWS
internal import HTTP
internal import JSON
internal import Mail

/// A part of a deployment that a variable of Terraform turns off.
enum DeploymentPart: String, CaseIterable {
    case smtp = "enable_smtp"
    case tracing = "enable_tracing"
    case dashboard = "enable_dashboard"
    case runbooks = "enable_runbooks"
    case alarms
    case mx = "publish_mx"
    case digest

    /// The part's name within a sentence.
    var title: String {
        switch self {
        case .smtp: "SMTP credentials"
        case .tracing: "traces"
        case .dashboard: "dashboards"
        case .runbooks: "runbooks"
        case .alarms: "alarms"
        case .mx: "MX records"
        case .digest: "digests"
        }
    }

    /// The line of terraform.tfvars that turns it off.
    var switchedOff: String {
        switch self {
        case .alarms: #"alarms = "none""#
        case .digest: #"digest = "off""#
        default: "\(rawValue) = false"
        }
    }

    /// The line that turns it on.
    var switchedOn: String {
        switch self {
        case .alarms: #"alarms = "all""#
        case .digest: #"digest = "daily" and digest_mailbox"#
        default: "\(rawValue) = true"
        }
    }

    /// Whether a deployment has it unless its settings say otherwise.
    var isOnByDefault: Bool { self != .digest }
}

/// The settings that a deployment was applied with, as far as commands depend on them. Terraform
/// writes them into a parameter of the region, so that no checkout and no state is needed.
struct DeploymentSettings: Equatable, Sendable {
    /// The bucket in which SES stores the mail that comes; nil if no parameter names it.
    let bucket: String?
    let turnedOff: Set<DeploymentPart>
    let hasEssentialAlarmsOnly: Bool
    let hasCanaryAlarm: Bool
    let junkDelivery: JunkDelivery
    /// Whether the parameter was there. A deployment made by an older version of Terraform's module
    /// has none; it has every part that is on by default.
    let isWritten: Bool

    func has(_ part: DeploymentPart) -> Bool { !turnedOff.contains(part) }

    var functions: [FunctionChoice] {
        FunctionChoice.allCases.filter { $0.part.map(has) ?? true }
    }

    var queues: [QueueChoice] { QueueChoice.allCases.filter { $0 != .credentials || has(.smtp) } }

    /// A deployment whose settings nobody has written.
    static let unwritten = DeploymentSettings()

    private init() {
        (bucket, turnedOff, isWritten) = (nil, [.digest], false)
        (hasEssentialAlarmsOnly, hasCanaryAlarm) = (false, false)
        junkDelivery = .store
    }

    init(_ text: Secret) throws(AWSError) {
        let call = CallName("SSM", "GetParameter")
        // The place of the error would not help, because Terraform has not written this text.
        guard let document = try? JSONValue(parsing: text.value),
            let bucket = document["email_bucket"]?.string,
            let alarms = document["alarms"]?.string
        else { throw .missing("settings of the deployment", in: call) }
        self.bucket = bucket
        turnedOff = Set(
            DeploymentPart.allCases.filter { part in
                switch part {
                case .alarms: alarms == "none"
                // Deployments of an older version say nothing, and have none.
                case .digest: document[part.rawValue]?.string ?? "off" == "off"
                default: document[part.rawValue] == false
                }
            })
        hasEssentialAlarmsOnly = alarms == "essential"
        hasCanaryAlarm = document["enable_canary_alarm"] == true
        // Deployments of an older version say nothing, and store junk.
        junkDelivery =
            document["junk_delivery"]?.string.flatMap(JunkDelivery.init(rawValue:)) ?? .store
        isWritten = true
    }
}

extension Deployment {
    var settingsParameter: String { "/ses-mail/\(name)/deployment" }

    /// The settings that the deployment was applied with.
    func settings() throws(AWSError) -> DeploymentSettings {
        try account.settings(settingsParameter)
    }

    /// Refuses to go on if a part is turned off. Called only when something of that part is
    /// missing, so that no command on a complete deployment waits for the settings.
    func require(_ part: DeploymentPart) throws {
        guard try !settings().has(part) else { return }
        throw turnedOff(part)
    }

    func turnedOff(_ part: DeploymentPart) -> Failure {
        Failure(
            .notFound,
            "There are no \(part.title) in \(self): \(part.switchedOff) turns them off. To turn "
                + "them on, write \(part.switchedOn) into terraform/environments/\(name)/"
                + "terraform.tfvars, then: "
                + make("apply"))
    }

    /// Refuses to go on if a function is not deployed.
    func require(_ function: FunctionChoice) throws {
        if let part = function.part { try require(part) }
    }
}
