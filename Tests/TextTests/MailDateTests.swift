import Testing
import Text

struct MailDateTests {
    @Test(
        "Seconds since 1970 are written as a mail's date",
        arguments: [
            (0, "Thu, 01 Jan 1970 00:00:00 +0000"), (-1, "Wed, 31 Dec 1969 23:59:59 +0000"),
            (951_782_400, "Tue, 29 Feb 2000 00:00:00 +0000"),
            (1_737_194_400, "Sat, 18 Jan 2025 10:00:00 +0000"),
            (4_107_542_399, "Sun, 28 Feb 2100 23:59:59 +0000"),
            (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 +0000"),
            (253_402_300_799, "Fri, 31 Dec 9999 23:59:59 +0000"),
        ])
    func seconds(seconds: Int, expected: String) {
        #expect(UTCTime(epochSeconds: seconds).rfc5322 == expected)
    }

    @Test(
        "A timestamp of AWS is read and written as a mail's date; any other text is refused",
        arguments: [
            ("2025-01-18T10:00:00.000Z", "Sat, 18 Jan 2025 10:00:00 +0000"),
            ("2025-01-18T10:00:00Z", "Sat, 18 Jan 2025 10:00:00 +0000"),
            ("2024-02-29T23:59:59.999999Z", "Thu, 29 Feb 2024 23:59:59 +0000"),
            ("1900-03-01T00:00:00Z", "Thu, 01 Mar 1900 00:00:00 +0000"),
            ("2025-02-29T00:00:00Z", nil), ("2025-13-01T00:00:00Z", nil),
            ("2025-00-01T00:00:00Z", nil), ("2025-01-00T00:00:00Z", nil),
            ("2025-01-18T24:00:00Z", nil), ("2025-01-18T10:00:00", nil),
            ("2025-01-18T10:00:00+01:00", nil), ("2025-01-18 10:00:00Z", nil),
            ("2025-01-18T10:00:00.\r\nZ", nil), ("2025-01-18T10:00:00.Z", nil),
            ("2025-01-18T10:00:00xZ", nil), ("", nil),
            ("Z", nil),
        ] as [(String, String?)])
    func timestamps(timestamp: String, expected: String?) {
        #expect(UTCTime(rfc3339: timestamp)?.rfc5322 == expected)
    }

    @Test("No number of seconds traps", arguments: [Int.min, Int.max])
    func extremes(seconds: Int) {
        #expect(UTCTime(epochSeconds: seconds).rfc5322.hasSuffix(" +0000"))
    }

    @Test("Dates there and back agree for four centuries")
    func calendar() {
        for day in stride(from: -100_000, to: 100_000, by: 13) {
            let text = UTCTime(epochSeconds: day * 86_400).rfc5322
            let parts = text.split(separator: " ")
            let months = "JanFebMarAprMayJunJulAugSepOctNovDec"
            let month = monthNumber(parts[2], in: months)
            let timestamp = "\(parts[3])-\(month < 10 ? "0" : "")\(month)-\(parts[1])T00:00:00Z"
            #expect(UTCTime(rfc3339: timestamp)?.rfc5322 == text)
        }
    }

    private func monthNumber(_ name: Substring, in months: String) -> Int {
        var number = 1
        var rest = months[...]
        while !rest.hasPrefix(name), !rest.isEmpty {
            rest = rest.dropFirst(3)
            number += 1
        }
        return number
    }
}
