/// A moment in UTC, to the millisecond, in the forms that AWS, Google and mail write it. A moment
/// outside the years 0 to 9999 becomes the first or the last of these.
package struct UTCTime: Equatable, Sendable {
    /// Seconds since 1970-01-01T00:00:00Z.
    package let epochSeconds: Int
    private let milliseconds, year, month, day, weekday: Int

    package init(epochSeconds: Int) {
        self.init(clamping: epochSeconds, milliseconds: 0)
    }

    package init(epochMilliseconds: Int) {
        let (seconds, milliseconds) = epochMilliseconds.flooringDivision(by: 1000)
        self.init(clamping: seconds, milliseconds: milliseconds)
    }

    /// Counts in eras of 400 years that begin in March, so that the leap day is a year's last
    /// (https://howardhinnant.github.io/date_algorithms.html#civil_from_days).
    private init(clamping seconds: Int, milliseconds: Int) {
        epochSeconds = min(max(-62_167_219_200, seconds), 253_402_300_799)
        self.milliseconds = milliseconds
        let days = epochSeconds.flooringDivision(by: 86_400).quotient
        let (era, dayOfEra) = (days + 719_468).flooringDivision(by: 146_097)
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        // 1970 began on a Thursday.
        weekday = (days + 3).flooringDivision(by: 7).remainder
    }

    private static func epochDays(year: Int, month: Int, day: Int) -> Int {
        let (era, yearOfEra) = (month <= 2 ? year - 1 : year).flooringDivision(by: 400)
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
            - 719_468
    }

    private static let weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
}

/// The written forms.
extension UTCTime {
    /// `20150830T123600Z` (ISO 8601 basic), as Signature Version 4 dates a request.
    package var basic: String { text("YYYYMMDDThhmmssZ") }

    /// `20150830`, the day of a signature's scope.
    package var basicDay: String { text("YYYYMMDD") }

    /// `2025-01-18T10:00:00Z`
    package var rfc3339: String { text("YYYY-MM-DDThh:mm:ssZ") }

    /// `2025-01-18T10:00:00.123Z`, the form that Lambda's log filter reads.
    package var rfc3339Milliseconds: String { text("YYYY-MM-DDThh:mm:ss.fffZ") }

    /// `Sat, 18 Jan 2025 10:00:00 +0000`, the Date field of a mail (RFC 5322 §3.3).
    package var rfc5322: String {
        "\(UTCTime.weekdays[weekday]), \(text("DD")) \(UTCTime.months[month - 1]) "
            + text("YYYY hh:mm:ss +0000")
    }

    /// `Sat Jan 18 10:00:00 2025`, as the lines between the mails of an mbox file have it (RFC
    /// 4155).
    package var asctime: String {
        "\(UTCTime.weekdays[weekday]) \(UTCTime.months[month - 1]) \(day < 10 ? " " : "")\(day) "
            + text("hh:mm:ss YYYY")
    }

    /// The pattern with digits in place of the fields' letters. From its end on, where a field's
    /// last digit stands; in one allocation, because every log line and signature has such a text.
    private func text(_ pattern: StaticString) -> String {
        var (year, month, day, milliseconds) = (year, month, day, milliseconds)
        let secondOfDay = epochSeconds.flooringDivision(by: 86_400).remainder
        var (hour, minute, second) = (secondOfDay / 3600, secondOfDay / 60 % 60, secondOfDay % 60)
        return String(unsafeUninitializedCapacity: pattern.utf8CodeUnitCount) { text in
            for index in (0..<pattern.utf8CodeUnitCount).reversed() {
                let letter = pattern.utf8Start[index]
                text[index] =
                    switch letter {
                    case UInt8(ascii: "Y"): UTCTime.takeDigit(&year)
                    case UInt8(ascii: "M"): UTCTime.takeDigit(&month)
                    case UInt8(ascii: "D"): UTCTime.takeDigit(&day)
                    case UInt8(ascii: "h"): UTCTime.takeDigit(&hour)
                    case UInt8(ascii: "m"): UTCTime.takeDigit(&minute)
                    case UInt8(ascii: "s"): UTCTime.takeDigit(&second)
                    case UInt8(ascii: "f"): UTCTime.takeDigit(&milliseconds)
                    default: letter
                    }
            }
            return pattern.utf8CodeUnitCount
        }
    }

    private static func takeDigit(_ number: inout Int) -> UInt8 {
        defer { number /= 10 }
        return UInt8(ascii: "0") + UInt8(number % 10)
    }
}

/// The forms that are read.
extension UTCTime {
    /// Reads `2025-01-18T10:00:00Z`, with or without a fraction, which is dropped. Nil for any
    /// other form, an offset above all, and for a day that the calendar does not have.
    package init?(rfc3339 text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 20 || bytes.count > 21 && bytes[19] == UInt8(ascii: "."),
            bytes.last == UInt8(ascii: "Z"),
            bytes[19...].dropFirst().dropLast().allSatisfy(\.isASCIIDigit)
        else { return nil }
        func number(_ range: Range<Int>) -> Int {
            bytes[range].reduce(0) { $0 * 10 + Int($1) - 0x30 }
        }
        let days = UTCTime.epochDays(
            year: number(0..<4), month: number(5..<7), day: number(8..<10))
        self.init(
            epochSeconds: days * 86_400 + number(11..<13) * 3600 + number(14..<16) * 60
                + number(17..<19))
        // Written again, a text of another form, or of a day that does not exist, is another text.
        guard rfc3339.utf8.prefix(19).elementsEqual(bytes.prefix(19)) else { return nil }
    }

    /// Reads the Date header of an HTTP response: `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110
    /// §5.6.7), the only form that AWS sends.
    package init?(httpDate text: String) {
        let words = text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        guard words.count == 6, words[5] == "GMT",
            let month = UTCTime.months.firstIndex(of: words[2])
        else { return nil }
        let number = (month < 9 ? "0" : "") + String(month + 1)
        self.init(rfc3339: "\(words[3])-\(number)-\(words[1])T\(words[4])Z")
    }
}

extension Int {
    /// The quotient rounded down, also below zero, and the remainder, which is never below zero.
    fileprivate func flooringDivision(by divisor: Int) -> (quotient: Int, remainder: Int) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
