import HTTP
import Testing

struct UTCTimeTests {
    @Test(
        "A moment is written in both forms",
        arguments: [
            (0, "19700101T000000Z", "1970-01-01T00:00:00Z"),
            (1_440_938_160, "20150830T123600Z", "2015-08-30T12:36:00Z"),
            (951_782_399, "20000228T235959Z", "2000-02-28T23:59:59Z"),
            (951_782_400, "20000229T000000Z", "2000-02-29T00:00:00Z"),
            (253_402_300_799, "99991231T235959Z", "9999-12-31T23:59:59Z"),
            (-1, "19691231T235959Z", "1969-12-31T23:59:59Z"),
        ])
    func forms(epochSeconds: Int, basic: String, extended: String) {
        let time = UTCTime(epochSeconds: epochSeconds)
        #expect(time.basic == basic)
        #expect(time.extended() == extended)
    }

    @Test(
        "Milliseconds have three digits",
        arguments: [(0, "000"), (7, "007"), (40, "040"), (999, "999"), (-1, "000")])
    func milliseconds(count: Int, digits: String) {
        let text = UTCTime(epochSeconds: 1).extended(milliseconds: count)
        #expect(text == "1970-01-01T00:00:01.\(digits)Z")
    }
}
