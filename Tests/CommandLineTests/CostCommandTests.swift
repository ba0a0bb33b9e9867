import AWS
import Foundation
import JSON
import Mail
import TestSupport
import Testing

@testable import ses_mail

/// The cost of a deployed world, in which Terraform's defaults are on.
@Suite(.waiting)
struct CostCommandTests {
    private let world: World

    init() throws {
        world = try LocalCloud.shared.get().world()
    }

    /// What Terraform made of its defaults.
    private func whole() throws -> Inventory {
        let alarms = try CloudWatch(world.session).alarms(prefix: nil)
            .filter { AlarmName.isOurs($0.name, in: "local") }
        return Inventory(
            keys: 1, alarms: Inventory.alarms(alarms, in: .local), dashboards: 1, pollers: 3,
            isTracing: true)
    }

    /// The smallest sensible deployment.
    private func small() throws -> Inventory {
        try [CostSwitch.essentialAlarms, .noSMTP, .noTracing].reduce(whole()) {
            $0.switched(by: $1)
        }
    }

    @Test("What there is, what mail adds and what each switch saves, as a table and as JSON")
    func shown() throws {
        let transcript = try world.transcript([
            ["cost", "--mails", "0"], ["cost", "--mails", "1000"],
            ["cost", "--mails", "1000", "--json"],
        ])
        #expect(try transcript == GoldenFile("cost.txt").accepted(transcript))
        let measured = try world.run(["cost"])
        #expect(measured.status == 0, "\(measured.complaint)")
        #expect(measured.output.contains("\nThe last 30 days, at the list prices of "))
    }

    @Test("The manual says what Terraform's counts cost at the price list")
    func manual() throws {
        let whole = Bill(inventory: try whole(), used: [:])
        let small = Bill(inventory: try small(), used: [:])
        let run = try world.run(["cost", "--mails", "0", "--json"])
        let idle = try JSONValue(parsing: run.output)["idle"]
        #expect(idle?["usd"]?.double == Double(whole.idle.dollars.thousandths))
        #expect(idle?["usd_without_free"]?.double == Double(whole.idle.listDollars.thousandths))

        let manual = try Repository.text("docs/costs.md")
        let metrics = whole.inventory.alarms.values.reduce(0, +)
        let rows =
            [
                ("idle, everything on (\(metrics) alarm metrics, key, dashboard)", whole.idle),
                (
                    "idle, the smallest sensible deployment: `alarms = \"essential\"`, "
                        + "`enable_smtp = false`, `enable_tracing = false`", small.idle
                ),
                ("each 1,000 mails, with tracing", whole.thousandMails),
                ("each 1,000 mails, without", small.thousandMails),
            ]
            + whole.savings.filter { $0.name != .noTracing }
            .map { ("saved by `\($0.rawValue)`", $1) }
        for (name, cost) in rows {
            let row = "| \(name) | \(cost.dollars.cents) | \(cost.listDollars.cents) |"
            #expect(manual.contains(row), "\(row)")
        }
        let paragraph =
            "An idle environment costs \(whole.idle.dollars.cents) USD a month with everything on, "
            + "\(small.idle.dollars.cents) with little, and each 1,000 mails add "
            + "\(whole.thousandMails.dollars.cents) (list prices of \(PriceList.date))"
        let words = try Repository.text("README.md").split { $0 == " " || $0 == "\n" }.joined(
            separator: " ")
        #expect(words.contains(paragraph), "\(paragraph)")
    }

    @Test("The page on many mails says what the price list says")
    func scale() throws {
        let inventory = try whole()
        let page = try Repository.text("docs/scale.md")
        func row(_ name: String, _ items: [CostItem]) -> String {
            let cells = [1e3, 1e4, 1e5, 1e6].map { daily in
                let mails = MailUsage.ofMails(daily * 30, inventory)
                let used = mails.filter { items.contains($0.key) }
                return Cost(of: used).listDollars.grouped
            }
            return "| \(name) | \(cells.joined(separator: " | ")) |"
        }
        let rows = [
            row("SES, received | 1", [.receivedMails]), row("X-Ray | 2.5 traces", [.traces]),
            row("traffic to Google | 75 KB", [.egressGigabytes]),
            row("S3, old versions for 90 days | 75 KB", [.storedGigabytes]),
            row("S3, requests | 1 PUT, 1 GET", [.objectWrites, .objectReads]),
            row("CloudWatch Logs | 8 KB", [.logGigabytes]),
            row("Lambda | 2 requests, 0.194 GB-s", [.invocations, .computing]),
            row(
                "SQS, SNS, pipe, bus | 6, 1, 1, 1",
                [.queueRequests, .notifications, .pipeRequests, .events]),
            row("table | 2 writes, 3 reads", [.tableWrites, .tableReads]),
            row("sum |", CostItem.allCases),
        ]
        let plain = page.replacing("**", with: "")
        for row in rows { #expect(plain.contains(row), "\(row)") }
    }

    @Test("The smallest sensible deployment costs less than three quarters of a dollar")
    func smallest() throws {
        let small = Bill(
            inventory: try small(), used: MailUsage.amounts(mails: 1000, try small()))
        #expect(small.inventory.alarms.count >= 8)
        #expect(small.idle.dollars > 0)
        #expect(small.sum.dollars < 0.75)
    }
}

extension Double {
    /// To the cent.
    fileprivate var cents: String { String(format: "%.2f", self) }

    /// To the cent, with a comma behind the thousands.
    fileprivate var grouped: String {
        self < 1000 ? cents : "\(Int(self) / 1000),\(String(cents.suffix(6)))"
    }
}
