internal import ArgumentParser

/// The time of one sum: `1m`, `5m`, `1h` or `1d`, whole minutes as CloudWatch keeps them.
struct Period: ExpressibleByArgument, Equatable {
    let seconds: Int

    init(seconds: Int) {
        self.seconds = seconds
    }

    init?(argument: String) {
        guard let seconds = Clock.seconds(of: argument), seconds % 60 == 0,
            (60...86_400).contains(seconds)
        else { return nil }
        self.seconds = seconds
    }

    /// The shortest that CloudWatch still has so far back
    /// (https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html).
    static func shortest(spanSeconds: Int) -> Period {
        switch spanSeconds {
        case ...(15 * 86_400): Period(seconds: 60)
        case ...(63 * 86_400): Period(seconds: 300)
        default: Period(seconds: 3600)
        }
    }
}
