internal import AWS
internal import HTTP

extension Failure {
    /// A refusal of AWS that blames the time of a request's signature.
    /// - Parameter epochSeconds: what this machine's clock says.
    init(wrongClockAt epochSeconds: Int, _ call: CallName, _ refusal: AWSRefusal) {
        let offset = refusal.serverEpochSeconds.map { epochSeconds - $0 }
        let clock = offset.map { "is \(Failure.span($0))" } ?? "seems to be wrong"
        // The words hold two times and no key.
        let words = refusal.message.isEmpty ? refusal.code : refusal.message.shortened(to: 200)
        self.init(
            .refused,
            "AWS refuses \(call), because this machine's clock \(clock) (\(words)): set the clock, "
                + "then try again.")
    }

    /// `17 minutes ahead of AWS's`, in the largest unit that leaves two or more.
    private static func span(_ seconds: Int) -> String {
        let units = [(86_400, "day"), (3600, "hour"), (60, "minute")]
        let (size, name) = units.first { abs(seconds) >= 2 * $0.0 } ?? (1, "second")
        return "\((abs(seconds) / size).counted(name)) \(seconds < 0 ? "behind" : "ahead of") AWS's"
    }
}
