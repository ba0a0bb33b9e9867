import Foundation
import JSON
import TestSupport
import Testing

@testable import ses_mail

/// The prices and what is made of them.
struct CostTests {
    /// Everything that Terraform makes by default.
    private static let whole = Inventory(
        keys: 1, alarmMetrics: 27, dashboards: 1, isTracing: true)
    /// With essential alarms, and without SMTP, dashboard and tracing.
    private static let small = Inventory(alarmMetrics: 10)

    private func bill(_ inventory: Inventory, mails: Double) -> Bill {
        Bill(amounts: MailUsage.amounts(mails: mails, inventory))
    }

    @Test("The price list is not older than a year: look every price up, and write the day down")
    func age() throws {
        let day = try #require(Clock.epochSeconds(of: PriceList.date + "T00:00:00Z"))
        #expect(Int(Date().timeIntervalSince1970) - day < 365 * 86_400)
    }

    @Test("Everything has a price, and what is free is taken off once")
    func prices() {
        for item in CostItem.allCases {
            #expect(item.price.dollars > 0 && item.price.per > 0, "\(item)")
        }
        let price = PriceList.Price(dollars: 0.10, per: 1, free: 10)
        #expect(price.dollars(for: 9, isFreeCounted: true) == 0)
        #expect(abs(price.dollars(for: 27, isFreeCounted: true) - 1.70) < 1e-9)
        #expect(abs(price.dollars(for: 27, isFreeCounted: false) - 2.70) < 1e-9)
    }

    @Test(
        "A month costs what the manual says",
        arguments: [
            (true, 0.0, "3.08", "7.48"), (true, 1000, "3.19", "10.02"), (false, 0, "0.38", "1.78"),
            (false, 1000, "0.49", "4.31"),
        ])
    func month(isWhole: Bool, mails: Double, sum: String, withoutFree: String) throws {
        let bill = bill(isWhole ? Self.whole : Self.small, mails: mails)
        #expect(String(format: "%.2f", bill.dollars) == sum)
        #expect(String(format: "%.2f", bill.listDollars) == withoutFree)
        let manual = try Repository.text("README.md")
        #expect(manual.contains(" \(sum) |") && manual.contains(" \(withoutFree) |"))
    }

    @Test("The smallest sensible deployment costs less than three quarters of a dollar")
    func smallest() {
        #expect(bill(Self.small, mails: 1000).dollars < 0.75)
    }

    @Test("The lines add up to the sums, and what is not used has none")
    func lines() {
        let bill = Bill(amounts: [.keys: 1, .alarmMetrics: 12, .traces: 0, .logGigabytes: 0.0304])
        #expect(
            bill.rows == [
                ["ITEM", "AMOUNT", "FREE", "USD", "USD WITHOUT FREE"],
                ["KMS keys", "1", "0", "1.000", "1.000"],
                ["alarm metrics", "12", "10", "0.200", "1.200"],
                ["log GB", "0.030", "5", "0.000", "0.020"], ["sum", "", "", "1.200", "2.220"],
            ])
    }

    @Test("What alarms compute is counted by metric, and services by their own counts")
    func measured() throws {
        let server = try LoopbackServer { request in
            switch request.operation {
            case "GetCallerIdentity":
                return Answer(
                    200, [], "<Account>123456789012</Account><Arn>arn:x</Arn><UserId>U</UserId>")
            case "DescribeKey": return Answer(200, [], #"{"KeyMetadata": {"KeyState": "Enabled"}}"#)
            case "DescribeAlarms":
                let isFirst = request.bodyText.contains(#""AlarmNamePrefix":"ses-""#)
                return Answer(
                    200, [],
                    isFirst
                        ? #"{"MetricAlarms": [{"AlarmName": "ses-mail-a-local", "Metrics": ["#
                            + #"{"Id": "e", "Expression": "a+b"}, {"Id": "a", "MetricStat": {}}, "#
                            + #"{"Id": "b", "MetricStat": {}}]}, {"AlarmName": "ses-mail-b-local"}, "#
                            + #"{"AlarmName": "ses-mail-b-prod"}]}"#
                        : "{}")
            case "ListDashboards":
                return Answer(200, [], #"{"DashboardEntries": [{"DashboardName": "d"}]}"#)
            case "GetMetricData": return Answer(200, [], Self.metrics(request))
            default:
                return Answer(
                    200, [],
                    #"{"MemorySize": 256, "TracingConfig": {"Mode": "Active"}, "State": "Active"}"#)
            }
        }
        defer { server.stop() }
        let environment = ConventionTests.keys.merging([
            "AWS_ENDPOINT_URL": server.url, "SES_MAIL_ENV": "local",
        ]) { $1 }
        let run = try CommandRun(["cost", "--json"], environment: environment)
        #expect(run.status == 0, "\(run.complaint)")
        let bill = try JSONValue(parsing: Array(run.output.utf8))
        let amounts = Dictionary(
            (bill["items"]?.array ?? []).map { ($0["item"]?.string ?? "", $0["amount"]?.double) },
            uniquingKeysWith: { $1 })
        #expect(amounts["KMS keys"] == 1)
        #expect(amounts["alarm metrics"] == 3)
        #expect(amounts["dashboards"] == 1)
        #expect(amounts["mails received"] == 40)
        #expect(amounts["X-Ray traces"] == 100)
        // Four functions, each a thousand and a second and a half at a quarter of a gigabyte.
        #expect(amounts["Lambda requests"] == 4000)
        #expect(amounts["Lambda GB-seconds"] == 1.5)
        #expect(bill["prices"]?["date"]?.string == PriceList.date)
        #expect(bill["days"] == 30)
    }

    /// Forty mails, and of the services' metrics two.
    private static func metrics(_ request: ReceivedRequest) -> String {
        let question = try? JSONValue(parsing: request.body)
        let queries = question?["MetricDataQueries"]?.array ?? []
        let results = queries.map { query -> JSONValue in
            let sums: [String: Double] = [
                "EmailsAccepted": 40, "Invocations": 1000, "Duration": 1500,
            ]
            let name = query["MetricStat"]?["Metric"]?["MetricName"]?.string ?? ""
            let values = sums[name].map { [JSONValue.number("\($0)")] } ?? []
            return [
                "Id": query["Id"] ?? "", "Values": .array(values),
                "Timestamps": .array(values.map { _ in 1_700_000_000 }),
            ]
        }
        let answer: JSONValue = ["MetricDataResults": .array(results)]
        return String(decoding: answer.bytes, as: UTF8.self)
    }

    @Test("A number of mails that nobody gets is refused", arguments: ["-1", "100000001", "x"])
    func refused(mails: String) throws {
        let run = try CommandRun(["cost", "--mails=\(mails)"], environment: [:])
        #expect(run.status == 64)
    }
}
