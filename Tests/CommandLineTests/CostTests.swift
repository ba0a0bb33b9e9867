import AWS
import Foundation
import JSON
import TestSupport
import Testing

@testable import ses_mail

/// The prices and what is made of them.
@Suite(.waiting)
struct CostTests {
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

    @Test("The manual has every price, with its day, its region and the page of AWS that says it")
    func manual() throws {
        let manual = try Repository.text("docs/costs.md")
        let words = manual.split { $0 == " " || $0 == "\n" }.joined(separator: " ")
        #expect(words.contains("list prices for `\(PriceList.region)` of \(PriceList.date)."))
        let rows = manual.components(separatedBy: "\n").filter {
            $0.hasSuffix("pricing/> |")
                || $0.hasSuffix("/on-demand/> |")
        }
        #expect(rows.count == CostItem.allCases.count)
        for item in CostItem.allCases {
            let price = item.price
            let start = "| \(item.rawValue) | \(price) | \(Int(price.free)) | "
            #expect(rows.count { $0.hasPrefix(start) } == 1, "\(start)")
        }
    }

    @Test("The lines add up to the sums, and what is not used has none")
    func lines() {
        let bill = Bill(
            inventory: Inventory(keys: 1, alarms: ["a": 12]),
            used: [.traces: 0, .logGigabytes: 0.0304, .queueRequests: 2_000_000])
        #expect(
            bill.rows == [
                ["ITEM", "AMOUNT", "PRICE", "FREE", "USD", "USD WITHOUT FREE"],
                ["KMS keys", "1", "1.000", "0", "1.000", "1.000"],
                ["alarm metrics", "12", "0.100", "10", "0.200", "1.200"],
                ["SQS requests", "2000000", "0.400 a million", "1000000", "0.400", "0.800"],
                ["log GB", "0.030", "0.670", "5", "0.000", "0.020"],
                ["idle", "", "", "", "1.200", "2.200"], ["by mail", "", "", "", "0.400", "0.820"],
                ["sum", "", "", "", "1.600", "3.020"],
                ["each 1,000 mails", "", "", "", "0.115", "0.135"],
            ])
    }

    @Test("What is free is taken off once, for idle requests and for those of mail")
    func sharedFreeAmount() {
        let inventory = Inventory(pollers: 1)
        let bill = Bill(inventory: inventory, used: [.queueRequests: 400_000])
        // 648,000 idle requests leave 352,000 of the million.
        #expect(bill.idle.dollars == 0)
        #expect(bill.mail.dollars.thousandths == "0.019")
        #expect(bill.sum.listDollars.thousandths == "0.419")
    }

    @Test("A switch saves what it switches off, and is not shown where that is off already")
    func savings() {
        let inventory = Inventory(
            keys: 2,
            alarms: [
                "ses-bouncer-dlq-messages": 1, "ses-mail-smtp-credential-manager-dlq-messages": 1,
                "ses-mail-smtp-credential-failures": 2, "ses-mail-lambda-errors": 8,
            ], dashboards: 4, pollers: 3, isTracing: true)
        let bill = Bill(inventory: inventory, used: [.traces: 300_000])
        #expect(
            Bill.savingColumns.cells(bill.savings) == [
                ["SWITCH", "SAVES USD", "WITHOUT FREE"],
                [#"alarms = "essential""#, "0.200", "1.000"],
                ["enable_smtp = false", "2.200", "2.400"],
                ["enable_tracing = false", "1.000", "1.500"],
                ["enable_dashboard = false", "3.000", "12.000"],
            ])
        let little = Inventory(alarms: ["ses-bouncer-dlq-messages": 1], pollers: 3)
        #expect(Bill(inventory: little, used: [:]).savings.isEmpty)
    }

    @Test(
        "A key costs as much again after each of its first two yearly rotations",
        arguments: [(0, 1), (364, 1), (366, 2), (729, 2), (731, 3), (4000, 3)])
    func rotations(days: Int, keys: Int) {
        let now = 1_800_000_000
        let key = KMS.Key(state: "Enabled", createdAt: now - days * 86_400)
        #expect(Inventory.keys(key, now: now) == keys)
        #expect(Inventory.keys(nil, now: now) == 0)
    }

    @Test("The switches are Terraform's, and the essential alarms are the same as there")
    func switches() throws {
        let module = "terraform/modules/ses-mail"
        let variables = try Repository.text("\(module)/variables_switches.tf")
        for name in CostSwitch.allCases {
            #expect(variables.contains("\"\(name.rawValue.split(separator: " ")[0])\""), "\(name)")
        }
        let text = try Repository.text("\(module)/alarms.tf")
        let list = try #require(text.firstMatch(of: /essential_alarms = \[([^\]]*)\]/)).output.1
        let names = list.matches(of: /"([^"]+)"/).map { String($0.output.1) }
        #expect(names.count > 5)
        #expect(Set(names) == CostSwitch.essentialAlarmNames)
    }

    /// An AWS with a deployment in it.
    private static func server(hasSMTP: Bool) throws -> LoopbackServer {
        try LoopbackServer { request in
            if !hasSMTP && request.target.contains("smtp-credential-manager") {
                return Answer(404, [], #"{"__type": "ResourceNotFoundException"}"#)
            }
            switch request.operation {
            case "GetCallerIdentity":
                return .caller("123456789012")
            case "GetParameter": return .noParameter
            case "DescribeKey": return Self.key(hasSMTP)
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
                return Answer(
                    200, [],
                    #"{"DashboardEntries": [{"DashboardName": "ses-mail-dashboard-local"}]}"#)
            case "GetMetricData": return Answer(200, [], Self.metrics(request))
            default:
                return Answer(
                    200, [],
                    #"{"MemorySize": 256, "TracingConfig": {"Mode": "Active"}, "State": "Active", "#
                        + #""CurrentState": "RUNNING", "EventSourceMappings": [{"State": "#
                        + #""Enabled", "EventSourceArn": "arn:aws:sqs:x:1:q"}]}"#)
            }
        }
    }

    /// Without SMTP the operator's policy has nothing about a key.
    private static func key(_ hasSMTP: Bool) -> Answer {
        hasSMTP
            ? Answer(200, [], #"{"KeyMetadata": {"KeyState": "Enabled"}}"#)
            : Answer(400, [], #"{"__type": "AccessDeniedException", "message": "no"}"#)
    }

    /// The amounts of `cost --json`.
    private static func amounts(_ bill: JSONValue) -> [String: Double] {
        Dictionary(
            (bill["items"]?.array ?? []).map {
                ($0["item"]?.string ?? "", $0["amount"]?.double ?? 0)
            }, uniquingKeysWith: { $1 })
    }

    @Test(
        "Alarms count by metric, services by their own counts, and a key only with SMTP",
        arguments: [true, false])
    func measured(hasSMTP: Bool) throws {
        let server = try Self.server(hasSMTP: hasSMTP)
        defer { server.stop() }
        let environment = ConventionTests.keys.merging([
            "AWS_ENDPOINT_URL": server.url, "SES_MAIL_ENV": "local",
        ]) { $1 }
        let run = try CommandRun(["cost", "--json"], environment: environment)
        #expect(run.status == 0, "\(run.complaint)")
        let bill = try JSONValue(parsing: Array(run.output.utf8))
        let amounts = Self.amounts(bill)
        #expect(amounts["KMS keys"] == (hasSMTP ? 1 : nil))
        #expect(amounts["alarm metrics"] == 3)
        #expect(amounts["dashboards"] == 1)
        #expect(amounts["mails received"] == 45)
        #expect(amounts["X-Ray traces"] == 113)
        // Three pollers ask, whatever mail comes, and the canary is sent by us.
        #expect(amounts["SQS requests"] == 1_944_000)
        #expect(amounts["mails sent"] == 5)
        // Five functions, each a thousand and a second and a half at a quarter of a gigabyte.
        #expect(amounts["Lambda requests"] == 5000)
        #expect(amounts["Lambda GB-seconds"] == 1.875)
        #expect(bill["prices"]?["date"]?.string == PriceList.date)
        #expect(bill["days"] == 30)
    }

    /// Forty mails and five canaries, and of the services' metrics two.
    private static func metrics(_ request: ReceivedRequest) -> String {
        let question = try? JSONValue(parsing: request.body)
        let queries = question?["MetricDataQueries"]?.array ?? []
        let results = queries.map { query -> JSONValue in
            let sums: [String: Double] = [
                "EmailsAccepted": 40, "CanaryDelivered": 5, "Invocations": 1000,
                "Duration": 1500,
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
