import AWS
import FunctionTestSupport
import ArgumentParser
import HTTP
import JSON
import Mail
import TestSupport
import Testing

@testable import ses_mail

/// What answers about functions, queues, rules and alarms come to, without AWS.
struct DoctorPartTests {
    private let deployment: Deployment

    init() throws {
        deployment = try Deployment(CommonOptions.parse(["--env", "local"]))
    }

    @Test(
        "A function is ready, being deployed, or broken",
        arguments: [
            ("Active", "Successful", "provided.al2023", "ok active, provided.al2023, arm64"),
            ("Inactive", "Successful", "provided.al2023", "ok inactive, provided.al2023, arm64"),
            ("Pending", "", "provided.al2023", "warning is being deployed"),
            ("Active", "InProgress", "provided.al2023", "warning is being deployed"),
            ("Active", "Failed", "provided.al2023", "error its last deployment failed: why"),
            ("Failed", "", "provided.al2023", "error its last deployment failed: why"),
            (
                "Active", "Successful", "python3.13",
                "warning runs on another runtime: python3.13, arm64"
            ),
        ])
    func function(state: String, update: String, runtime: String, expected: String) {
        let diagnosis = PartDiagnosis.function(
            .init(
                state: state, lastUpdate: update, reason: "why", runtime: runtime,
                architecture: "arm64"), deployment)
        #expect("\(diagnosis.severity) \(diagnosis.detail)" == expected)
    }

    @Test(
        "A pipe runs, or is made to",
        arguments: [
            ("RUNNING", "ok", ""), ("STOPPED", "error", "start-pipe"),
            ("STARTING", "warning", "again"), ("START_FAILED", "error", "start-pipe"),
            ("CREATE_FAILED", "error", "make apply"),
        ])
    func pipe(state: String, expected: String, cure: String) {
        let diagnosis = PartDiagnosis.pipe("p", .init(state: state, reason: "why"), deployment)
        #expect(diagnosis.severity.rawValue == expected)
        #expect((diagnosis.cure ?? "").contains(cure) == true)
        #expect(PartDiagnosis.pipe("p", nil, deployment).severity == .error)
    }

    @Test("A mapping takes, is disabled, is not there, or has trouble with its stream")
    func mapping() {
        let feed = PartDiagnosis.feeds(deployment, .unwritten)[2]
        func diagnosis(_ state: String, _ result: String = "") -> Diagnosis {
            PartDiagnosis.mapping(
                .init(id: "u1", source: "s", state: state, lastResult: result),
                of: feed, deployment)
        }
        #expect(diagnosis("Enabled") == .ok("takes from table/ses-email-routing-local"))
        #expect(diagnosis("Enabled", "OK").severity == .ok)
        #expect(diagnosis("Enabled", "PROBLEM: Function call failed").severity == .warning)
        #expect(
            diagnosis("Disabled").cure
                == deployment.aws("lambda update-event-source-mapping --uuid u1 --enabled"))
        #expect(diagnosis("Creating").severity == .warning)
        #expect(PartDiagnosis.mapping(nil, of: feed, deployment).severity == .error)
        // A disabled rule that only writes lines loses no mail.
        func rule(_ name: String, _ state: String?) -> Severity {
            PartDiagnosis.rule("\(name)-local", state, deployment).severity
        }
        #expect(rule("route-to-gmail", "DISABLED") == .error)
        #expect(rule("log-routing", "DISABLED") == .warning)
        #expect(rule("log-routing", nil) == .error)
        #expect(rule("log-routing", "ENABLED") == .ok)
    }

    private func queue(_ waiting: Int, _ inFlight: Int = 0) -> SQS.Queue {
        SQS.Queue(url: "", arn: "", waiting: waiting, inFlight: inFlight, delayed: 0)
    }

    @Test("A dead letter is an error, a message that waits is not")
    func queues() {
        #expect(
            QueueChecks.diagnosis(on: .input, work: queue(3, 1), dead: queue(0), deployment)
                == .ok("3 waiting, 1 in work, no dead letters"))
        let dead = QueueChecks.diagnosis(
            on: .bouncer, work: queue(0), dead: queue(1, 1), deployment)
        #expect(dead.detail == "0 waiting, 0 in work, 2 dead letters")
        #expect(dead.cure?.contains("ses-mail queues redrive bouncer") == true)
        #expect(
            QueueChecks.diagnosis(on: .credentials, work: nil, dead: queue(1), deployment)
                == .error("one dead letter", "ses-mail smtp reconcile --env local"))
    }

    private func rules(_ rows: Item...) -> [String] {
        let lint = RuleLint(StoredRules(rows), token: { _ in .own })
        return RuleChecks.findings(lint, deployment).map { "\($0.check): \($0.diagnosis.severity)" }
    }

    @Test("Rules are as good as what lint finds, and a global rule is asked for once")
    func lint() {
        let global = RandomRules.row("*", "bounce")
        #expect(rules(global) == ["rules: ok", "global rule: ok"])
        #expect(rules() == ["rules: ok", "global rule: warning"])
        #expect(
            rules(global, RandomRules.row("a@b.example", "fly")) == [
                "rules: error", "global rule: ok",
            ])
        #expect(
            rules(global, RandomRules.row("A@b.example", "store"))
                == ["rules: warning", "global rule: ok"])
    }

    private func credential(_ name: String, _ status: String) -> CredentialView {
        CredentialView(["SK": .string("USER#\(name)"), "status": .string(status)])
    }

    @Test("A credential in error is an error, one that waits a warning")
    func credentials() {
        func diagnosis(_ views: CredentialView...) -> Diagnosis {
            RuleChecks.diagnosis(on: views, deployment)
        }
        #expect(diagnosis() == .ok("none"))
        let active = credential("a", "active")
        #expect(diagnosis(active).severity == .ok)
        #expect(diagnosis(active, credential("b", "pending")).severity == .warning)
        let bad = diagnosis(
            active, credential("b", "pending"), credential("c", "error"))
        #expect(bad == .error("1 of 3 in error: c", "ses-mail smtp show c --env local"))
    }

    private func addresses(_ subscriptions: SNS.Subscription...) -> [String] {
        AlarmAddresses(subscriptions: subscriptions, ownDomains: ["example.com"]).findings
            .map { "\($0.check): \($0.diagnosis.severity) \($0.diagnosis.detail)" }
    }

    private func email(_ address: String, _ isConfirmed: Bool = true) -> SNS.Subscription {
        SNS.Subscription(kind: "email", endpoint: address, isConfirmed: isConfirmed)
    }

    @Test("An alarm address that nobody has confirmed is a warning, and so is none at all")
    func confirmation() {
        #expect(addresses(email("a@gmail.com")) == ["alarm addresses: ok 1 confirmed"])
        #expect(
            addresses(email("a@gmail.com"), email("b@gmail.com", false))
                == ["alarm addresses: ok 1 confirmed, 1 not yet"])
        #expect(
            addresses(email("a@gmail.com", false))
                == ["alarm addresses: warning none is confirmed, so no alarm reaches anybody"])
        #expect(
            addresses() == ["alarm addresses: warning nobody has subscribed to the alarms' topic"])
        let page = SNS.Subscription(kind: "https", endpoint: "https://x", isConfirmed: true)
        #expect(addresses(page) == ["alarm addresses: ok 1 confirmed"])
    }

    @Test(
        "An alarm address at a domain of ours is a warning, confirmed or not",
        arguments: [
            ("ops@example.com", true), ("ops@EXAMPLE.com", true), ("a@sub.example.com", true),
            ("ops@notexample.com", false), ("ops@example.com.au", false),
        ])
    func ownAddress(address: String, isOwn: Bool) {
        for isConfirmed in [true, false] {
            let own = addresses(email("a@gmail.com"), email(address, isConfirmed)).dropFirst()
            let warning =
                "alarm address \(address): warning is at one of our own domains: when mail "
            #expect(own.contains { $0.hasPrefix(warning) } == isOwn)
        }
    }

    @Test("A canary that is off is a note, and one that does not arrive is a warning")
    func canary() {
        func detail(_ isSent: Bool, _ points: CloudWatch.Point...) -> String {
            let diagnosis = CanaryDiagnosis.diagnosis(
                isSent: isSent, arrivals: points, .unwritten, deployment)
            return "\(diagnosis.severity) \(diagnosis.detail)"
        }
        #expect(detail(false).hasPrefix("note off: "))
        #expect(detail(true) == "warning none arrived in 5 days")
        #expect(detail(true, .init(time: 0, sum: 0)) == "warning none arrived in 5 days")
        #expect(
            detail(true, .init(time: 0, sum: 1), .init(time: 3600, sum: 0))
                == "ok the last one arrived within the hour from 1970-01-01T00:00:00Z")
    }

    @Test("A canary that arrives asks for its alarm, unless it has one or there are no alarms")
    func canaryAlarm() throws {
        func severity(_ alarms: String, _ hasAlarm: Bool) throws -> Severity {
            let text =
                #"{"email_bucket": "b", "alarms": "\#(alarms)", "#
                + #""enable_canary_alarm": \#(hasAlarm)}"#
            return CanaryDiagnosis.diagnosis(
                isSent: true, arrivals: [.init(time: 0, sum: 1)],
                try DeploymentSettings(Secret(text)), deployment
            ).severity
        }
        #expect(try severity("all", false) == .warning)
        #expect(try severity("all", true) == .ok)
        #expect(try severity("none", false) == .ok)
    }

    private func alarm(_ state: String, actions: [String]) -> CloudWatch.Alarm {
        CloudWatch.Alarm([
            "AlarmName": "ses-mail-x-local", "StateValue": .string(state), "StateReason": "why",
            "AlarmActions": .array(actions.map { .string($0) }),
        ])
    }

    @Test(
        "An alarm that fires is an error, one that notifies nobody a warning, none at all an error")
    func alarms() {
        func states(_ alarms: CloudWatch.Alarm...) -> [String] {
            AlarmChecks.findings(AlarmList(alarms), deployment)
                .map { "\($0.check): \($0.diagnosis.severity) \($0.diagnosis.detail)" }
        }
        #expect(
            states(alarm("OK", actions: ["arn"]))
                == ["alarms: ok 1, none firing", "alarm topic: ok every alarm notifies somebody"])
        #expect(
            states(alarm("OK", actions: ["arn"]), alarm("ALARM", actions: []))
                == [
                    "alarms: ok 2, 1 firing", "alarm ses-mail-x: error fires: why",
                    "alarm topic: warning 1 of them notify nobody",
                ])
        #expect(states() == ["alarms: error there are none"])
    }
}
