import AWS
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

    @Test("Every alarm has a heading in OPERATIONS.md, by which it is pointed to")
    func headings() throws {
        let headings = try Repository.text("OPERATIONS.md").split(separator: "\n")
            .filter { $0.hasPrefix("### ") }
            .flatMap { $0.dropFirst(4).components(separatedBy: ", ") }
        let alarms = try JSONValue(parsing: world.run(["alarms", "--json"]).output).array ?? []
        #expect(alarms.count >= 19)
        for alarm in alarms {
            let name = try #require(alarm["name"]?.string)
            #expect(headings.contains(String(name.dropLast("-local".count))), "\(name)")
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
