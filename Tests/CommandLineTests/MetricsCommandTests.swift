import Foundation
import JSON
import TestSupport
import Testing

@testable import ses_mail

/// What was counted, against a deployed world.
@Suite(.waiting)
struct MetricsCommandTests {
    private let world: World

    init() throws {
        world = try LocalCloud.shared.get().world()
        for name in ["a", "b"] {
            let text = "From: a@remote.example\r\nMessage-ID: <\(name)>\r\n\r\nx\r\n"
            let verdicts: JSONValue = name == "a" ? [:] : ["spam": "FAIL"]
            let id = try world.send(
                Array(text.utf8), to: ["\(name)@example.com"], verdicts: verdicts)
            _ = try world.outcomes(of: id)
        }
    }

    @Test("The sum of each metric over the whole time")
    func totals() throws {
        let transcript = try world.transcript([["metrics"], ["metrics", "--json"]])
        #expect(try transcript == GoldenFile("metrics.txt").accepted(transcript))
        // A longer time is asked for in longer periods, and comes to the same.
        #expect(
            try world.run(["metrics", "--since", "3d"]).output
                == world.run(["metrics"]).output)
    }

    @Test("What it costs is counted in the deployment, and estimated for a number of mails")
    func cost() throws {
        for more in [[], ["--mails", "1000"]] {
            let run = try world.run(["cost", "--json"] + more)
            #expect(run.status == 0, "\(run.complaint)")
            let items = try JSONValue(parsing: Array(run.output.utf8))["items"]?.array ?? []
            let amounts = Dictionary(
                items.map { ($0["item"]?.string ?? "", $0["amount"]?.integer) },
                uniquingKeysWith: { $1 })
            #expect(amounts["KMS keys"] == 1)
            #expect(amounts["dashboards"] == 1)
            #expect((amounts["alarm metrics"] ?? 0) ?? 0 > 19)
            #expect(amounts["mails received"] == (more.isEmpty ? 2 : 1000))
        }
        let table = try world.run(["cost"])
        #expect(table.output.hasPrefix("ITEM "))
        #expect(table.output.contains("\nThe last 30 days, at the list prices of "))
    }

    @Test("The sums of a metric, period by period")
    func periods() throws {
        let names = ["EmailsAccepted", "SpamDetected"]
        let run = try world.run(["metrics"] + names + ["--period", "1h", "--json"])
        let rows = try JSONValue(parsing: run.output).array ?? []
        #expect(rows.compactMap { $0["EmailsAccepted"]?.integer }.reduce(0, +) == 2)
        #expect(rows.compactMap { $0["SpamDetected"]?.integer }.reduce(0, +) == 1)
        let times = rows.compactMap { $0["time"]?.string }
        #expect(times.allSatisfy { $0.hasSuffix(":00:00Z") })
        let table = try world.run(["metrics"] + names)
        #expect(table.output.hasPrefix("TIME                  EmailsAccepted  SpamDetected\n"))
        let nothing = try world.run(["metrics", "GmailTokenInvalid"])
        #expect(nothing.output == "Nothing was counted in this time.\n")
    }
}
