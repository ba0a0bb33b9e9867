import Foundation
import Testing
import Text

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
    func forms(epochSeconds: Int, basic: String, rfc3339: String) {
        let time = UTCTime(epochSeconds: epochSeconds)
        #expect(time.basic == basic)
        #expect(time.basicDay == basic.prefix(8))
        #expect(time.rfc3339 == rfc3339)
    }

    @Test(
        "A moment outside the years of four digits becomes the nearest inside",
        arguments: [
            (Int.min, "0000-01-01T00:00:00Z"), (-62_167_219_201, "0000-01-01T00:00:00Z"),
            (253_402_300_800, "9999-12-31T23:59:59Z"), (Int.max, "9999-12-31T23:59:59Z"),
        ])
    func outside(epochSeconds: Int, expected: String) {
        #expect(UTCTime(epochSeconds: epochSeconds).rfc3339 == expected)
    }

    @Test(
        "Milliseconds have three digits, before 1970 too",
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (1_007, "1970-01-01T00:00:01.007Z"),
            (1_040, "1970-01-01T00:00:01.040Z"), (-500, "1969-12-31T23:59:59.500Z"),
            (1_737_194_400_250, "2025-01-18T10:00:00.250Z"),
            (951_782_399_750, "2000-02-28T23:59:59.750Z"),
            (253_402_300_799_000, "9999-12-31T23:59:59.000Z"),
        ])
    func milliseconds(epochMilliseconds: Int, expected: String) {
        #expect(UTCTime(epochMilliseconds: epochMilliseconds).rfc3339Milliseconds == expected)
    }

    @Test(
        "A server's date is read, and what is none is refused",
        arguments: [
            ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777),
            ("Thu, 29 Feb 2024 23:59:59 GMT", 1_709_251_199),
            ("Sunday, 06-Nov-94 08:49:37 GMT", nil), ("Sun Nov  6 08:49:37 1994", nil),
            ("Sun, 06 Nov 1994 08:49:37 CET", nil), ("Sun, xx Nov 1994 08:49:37 GMT", nil),
            ("Sun, 31 Nov 1994 08:49:37 GMT", nil), ("Sun, 06 Nov 1994 08:49:61 GMT", nil),
            ("", nil),
        ] as [(String, Int?)])
    func serverDates(text: String, expected: Int?) {
        #expect(UTCTime(httpDate: text)?.epochSeconds == expected)
    }

    @Test("Foundation reads and writes the same moments")
    func agreement() throws {
        let form = Date.ISO8601FormatStyle()
        // From 1583 on: Foundation has the Julian calendar before.
        for seconds in stride(from: -12_212_553_600, to: 40_000_000_000, by: 98_765_432) {
            let date = Date(timeIntervalSince1970: Double(seconds))
            let text = UTCTime(epochSeconds: seconds).rfc3339
            #expect(text == date.formatted(form))
            #expect(UTCTime(rfc3339: text)?.epochSeconds == seconds)
        }
    }
}
