internal import ArgumentParser

/// For how long is one sum? `1m`, `5m`, `1h`, `1d`: whole minutes, as CloudWatch keeps them.
struct Period: ExpressibleByArgument, Equatable {
    let seconds: Int

    init(seconds: Int) {
        self.seconds = seconds
    }

    init?(argument: String) {
        let units: [Character: Int] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
        guard let unit = argument.last.flatMap({ units[$0] }), argument.utf8.count <= 6,
            argument.utf8.dropLast().allSatisfy({ (0x30...0x39).contains($0) }),
            let count = Int(argument.dropLast()), count > 0, count * unit % 60 == 0,
            count * unit <= 86_400
        else { return nil }
        seconds = count * unit
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
