/// The prices of AWS, in US dollars and without tax.
///
/// Where regions differ, the price is that of the region below; us-east-1 is the same or cheaper.
/// Where each price is from:
///
/// - AWS's own pages, as stored copies have them: traces (https://aws.amazon.com/xray/pricing/),
///   and what is free of alarm metrics, custom metrics, dashboards and logs
///   (https://aws.amazon.com/cloudwatch/pricing/).
/// - Guides that copied AWS's pages in March and June 2026, for us-east-1: SQS requests and bus
///   events and pipe requests (cloudburn.io/blog/amazon-sqs-pricing, /amazon-eventbridge-pricing),
///   keys with their rotations (/aws-kms-pricing), the prices of dashboards and custom metrics
///   (factualminds.com, signoz.io/guides/cloudwatch-pricing).
/// - Table units are 0.625 and 0.125 in us-east-1 by such a guide (airbyte.com); the prices here,
///   of the region, are remembered.
/// - All others are remembered: SES, SNS, Lambda, S3, logs, alarm metrics and traffic to Google.
///   Look them up before you rely on them.
enum PriceList {
    static let date = "2026-11-29"
    static let region = "ap-southeast-2"

    /// The price of one item, and its free amount in a month, which is for the whole account.
    struct Price: Equatable, CustomStringConvertible {
        let dollars: Double
        /// The number of units for that price.
        let per: Double
        var free = 0.0

        func dollars(for amount: Double, isFreeCounted: Bool) -> Double {
            max(0, amount - (isFreeCounted ? free : 0)) / per * dollars
        }

        /// `0.400 a million`
        var description: String {
            dollars.thousandths + (per == 1 ? "" : per == 1000 ? " a thousand" : " a million")
        }
    }
}

/// An item that AWS charges for.
enum CostItem: String, CaseIterable {
    case keys = "KMS keys"
    case alarmMetrics = "alarm metrics"
    case dashboards = "dashboards"
    case customMetrics = "custom metrics"
    case receivedMails = "mails received"
    case sentMails = "mails sent"
    case queueRequests = "SQS requests"
    case notifications = "SNS notifications"
    case pipeRequests = "pipe requests"
    case events = "bus events"
    case invocations = "Lambda requests"
    case computing = "Lambda GB-seconds"
    case tableWrites = "table write units"
    case tableReads = "table read units"
    case storedGigabytes = "S3 GB"
    case objectWrites = "S3 PUT requests"
    case objectReads = "S3 GET requests"
    case logGigabytes = "log GB"
    case traces = "X-Ray traces"
    case egressGigabytes = "GB to Google"

    var price: PriceList.Price {
        switch self {
        case .keys: .init(dollars: 1, per: 1)
        case .alarmMetrics: .init(dollars: 0.10, per: 1, free: 10)
        case .dashboards: .init(dollars: 3, per: 1, free: 3)
        case .customMetrics: .init(dollars: 0.30, per: 1, free: 10)
        case .receivedMails, .sentMails: .init(dollars: 0.10, per: 1000)
        case .queueRequests: .init(dollars: 0.40, per: 1e6, free: 1e6)
        case .notifications: .init(dollars: 0.50, per: 1e6, free: 1e6)
        case .pipeRequests: .init(dollars: 0.40, per: 1e6)
        case .events: .init(dollars: 1, per: 1e6)
        case .invocations: .init(dollars: 0.20, per: 1e6, free: 1e6)
        case .computing: .init(dollars: 16.67, per: 1e6, free: 400_000)
        case .tableWrites: .init(dollars: 0.71, per: 1e6)
        case .tableReads: .init(dollars: 0.14, per: 1e6)
        case .storedGigabytes: .init(dollars: 0.025, per: 1)
        case .objectWrites: .init(dollars: 5.50, per: 1e6)
        case .objectReads: .init(dollars: 0.44, per: 1e6)
        case .logGigabytes: .init(dollars: 0.67, per: 1, free: 5)
        case .traces: .init(dollars: 5, per: 1e6, free: 100_000)
        case .egressGigabytes: .init(dollars: 0.114, per: 1, free: 100)
        }
    }
}
