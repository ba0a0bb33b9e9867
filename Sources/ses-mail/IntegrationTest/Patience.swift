/// A wait for something that must happen: it asks again until the time is over, however long each
/// answer takes.
struct Patience {
    let seconds: Int
    /// Between an answer and the next question.
    let interval: Double
    let sleep: (Double) -> Void
    var now: () -> Double = Clock.monotonicSeconds

    /// Asks once at least; nil once the time is over.
    func wait<Answer>(_ ask: () throws -> Answer?) rethrows -> Answer? {
        let end = now() + Double(seconds)
        while true {
            if let answer = try ask() { return answer }
            let secondsLeft = end - now()
            guard secondsLeft > 0 else { return nil }
            sleep(min(interval, secondsLeft))
        }
    }
}
