import AWS
import ArgumentParser
import Foundation
import JSON
import TestSupport
import Testing

@testable import ses_mail

/// What rings, against a deployed world.
@Suite(.waiting)
struct AlarmsCommandTests {
    private let world: World

    init() throws {
        world = try LocalCloud.shared.get().world()
    }

    @Test("All alarms, one that rings, and one of them closely")
    func ringing() throws {
        let quiet = try world.transcript([["alarms"]])
        try world.setAlarm("ses-bouncer-dlq-messages-local", "ALARM", because: "one is there")
        try world.setAlarm("ses-mail-lookup-failed-local", "INSUFFICIENT_DATA", because: "none")
        let transcript = try world.transcript([
            ["alarms"], ["alarms", "ses-bouncer-dlq-messages"],
            ["alarms", "ses-mail-lambda-errors-local"], ["alarms", "ses-mail-high-spam-rate"],
            ["alarms", "nonsense"],
        ])
        let text = quiet + "\n" + transcript
        #expect(try text == GoldenFile("alarms.txt").accepted(text))
    }

    @Test("Alarms of other deployments and programs are shown only where they are asked for")
    func others() throws {
        for name in ["ses-bouncer-dlq-messages-prod", "shop-errors-local", "ses-shop-local"] {
            try world.copyAlarm("ses-bouncer-dlq-messages-local", as: name)
            try world.setAlarm(name, "ALARM", because: "not ours")
        }
        let ours = try world.run(["alarms", "--json"])
        #expect(ours.status == 0)
        #expect(!ours.output.contains("not ours"))
        let all = try world.run(["alarms", "--all", "--json"])
        #expect(all.status == 2)
        let states = try JSONValue(parsing: all.output).array?.prefix(4)
            .map { $0["state"]?.string ?? "" }
        #expect(states == ["ALARM", "ALARM", "ALARM", "OK"])
        #expect(try world.run(["alarms", "shop-errors-local"]).status == 4)
    }

    @Test("Every alarm has one heading in OPERATIONS.md, and one place in the table on top")
    func headings() throws {
        let lines = try Repository.text("OPERATIONS.md").components(separatedBy: "\n")
        let headings = lines.filter { $0.hasPrefix("### ") }
            .flatMap { $0.dropFirst(4).components(separatedBy: ", ") }
        let alarms = try JSONValue(parsing: world.run(["alarms", "--json"]).output).array ?? []
        #expect(alarms.count >= 19)
        for alarm in alarms {
            let name = String(try #require(alarm["name"]?.string).dropLast("-local".count))
            #expect(headings.count { $0 == name } == 1, "\(name)")
            let rows = lines.filter { $0.hasPrefix("| **") && $0.contains("`\(name)`") }
            #expect(rows.count == 1, "\(name)")
            // What the message of the alarm says is what the table says.
            let pattern = /When: ([a-z ]+)\. First: ses-mail (.+)\. Then: OPERATIONS\.md, (.+)\.$/
            let step = try #require(
                alarm["description"]?.string?.firstMatch(of: pattern)?.output, "\(name)")
            #expect(rows.allSatisfy { $0.hasPrefix("| **\(step.1)**") }, "\(name)")
            #expect(step.3 == name)
            let command = step.2.split(separator: " ").map(String.init)
            #expect(command.suffix(2) == ["--env", "local"], "\(name)")
            #expect(throws: Never.self, "\(name)") { _ = try SESMail.parseAsRoot(command) }
        }
    }
}

extension World {
    var cloudWatch: JSONProtocol {
        JSONProtocol(
            client: session.client(signingName: "monitoring"), endpoint: endpoint,
            service: "CloudWatch", targetPrefix: "GraniteServiceVersion20100801", version: .v1_0)
    }

    func setAlarm(_ name: String, _ state: String, because reason: String) throws {
        _ = try cloudWatch.call(
            "SetAlarmState",
            [
                "AlarmName": .string(name), "StateValue": .string(state),
                "StateReason": .string(reason),
            ])
    }

    func copyAlarm(_ name: String, as other: String, actions: [JSONValue] = []) throws {
        let found = try cloudWatch.call("DescribeAlarms", ["AlarmNames": [.string(name)]])
        let alarm = try #require(found["MetricAlarms"]?.array?.first?.members)
        let kept = [
            "MetricName", "Namespace", "Statistic", "Dimensions", "Period", "EvaluationPeriods",
            "Threshold", "ComparisonOperator",
        ]
        _ = try cloudWatch.call(
            "PutMetricAlarm",
            .object(
                alarm.filter { kept.contains($0.name) } + [
                    .init("AlarmName", .string(other)), .init("AlarmActions", .array(actions)),
                ]))
    }
}
