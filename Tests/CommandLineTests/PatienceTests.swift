import Testing

@testable import ses_mail

/// How long `ses-mail test` waits for a step.
struct PatienceTests {
    /// A clock that only goes on while something is asked or slept.
    private final class Time {
        var seconds = 100.0
        var asked = 0
    }

    /// How often is asked, and when it is over, where an answer takes that long.
    private func wait(_ seconds: Int, answerSeconds: Double) -> (asked: Int, seconds: Double) {
        let time = Time()
        let patience = Patience(
            seconds: seconds, interval: 2, sleep: { time.seconds += $0 }, now: { time.seconds })
        let answer: Bool? = patience.wait {
            time.asked += 1
            time.seconds += answerSeconds
            return nil
        }
        #expect(answer == nil)
        return (time.asked, time.seconds - 100)
    }

    @Test("The time is what a clock says, however long each answer takes")
    func bounded() {
        #expect(wait(10, answerSeconds: 0) == (6, 10))
        #expect(wait(10, answerSeconds: 3) == (3, 13))
        #expect(wait(60, answerSeconds: 100) == (1, 100))
    }

    @Test("Without any time it is asked once, and an answer ends it")
    func atOnce() {
        #expect(wait(0, answerSeconds: 0) == (1, 0))
        let patience = Patience(seconds: 10, interval: 2, sleep: { _ in }, now: { 0 })
        #expect(patience.wait { 7 } == 7)
    }
}
