/// How is a moment written in a mail? Always in UTC (RFC 5322 §3.3).
///
/// Written here once, since a formatter would bring all of Foundation into the binaries.
package enum RFC5322Date {
    /// `Sat, 18 Jan 2025 10:00:00 +0000`, from seconds since 1970.
    package static func text(epochSeconds: Int) -> String {
        let (days, seconds) = epochSeconds.flooringDivision(by: 86_400)
        let (year, month, day) = civil(days: days)
        // 1970 began on a Thursday.
        let weekday = (days + 3).flooringDivision(by: 7).remainder
        let time = [seconds / 3600, seconds / 60 % 60, seconds % 60].map(twoDigits)
        return "\(weekdays[weekday]), \(twoDigits(day)) \(months[month - 1]) \(fourDigits(year)) "
            + "\(time.joined(separator: ":")) +0000"
    }

    /// The same moment as an ISO 8601 timestamp of AWS (`2025-01-18T10:00:00.000Z`); fractions are
    /// dropped. `nil` where it has another form or is no date.
    package static func text(iso8601 timestamp: String) -> String? {
        let bytes = Array(timestamp.utf8)
        guard bytes.count >= 20, bytes.last == UInt8(ascii: "Z"),
            zip(bytes, "dddd-dd-ddTdd:dd:dd".utf8).allSatisfy({ byte, form in
                form == UInt8(ascii: "d") ? isDigit(byte) : byte == form
            }),
            bytes.count == 20
                || bytes[19] == UInt8(ascii: ".")
                    && bytes[20..<(bytes.count - 1)].allSatisfy(isDigit)
        else { return nil }

        func number(_ range: Range<Int>) -> Int {
            bytes[range].reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
        }
        let (year, month, day) = (number(0..<4), number(5..<7), number(8..<10))
        let (hour, minute, second) = (number(11..<13), number(14..<16), number(17..<19))
        guard 1...12 ~= month, hour < 24, minute < 60, second < 60 else { return nil }
        let days = daysSince1970(year: year, month: month, day: day)
        // A day that the month does not have comes back as another one.
        guard civil(days: days) == (year, month, day) else { return nil }
        return text(epochSeconds: days * 86_400 + hour * 3600 + minute * 60 + second)
    }

    /// The date in the Gregorian calendar, counted in eras of 400 years that begin in March, so
    /// that the leap day is a year's last.
    private static func civil(days: Int) -> (year: Int, month: Int, day: Int) {
        let (era, dayOfEra) = (days + 719_468).flooringDivision(by: 146_097)
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }

    private static func daysSince1970(year: Int, month: Int, day: Int) -> Int {
        let (era, yearOfEra) = (month <= 2 ? year - 1 : year).flooringDivision(by: 400)
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
    }

    private static func twoDigits(_ number: Int) -> String {
        number < 10 ? "0\(number)" : "\(number)"
    }

    private static func fourDigits(_ number: Int) -> String {
        let digits = "\(number)"
        return String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits
    }

    private static let weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
}

extension Int {
    /// The quotient rounded down, also below zero, and what remains: never less than 0.
    fileprivate func flooringDivision(by divisor: Int) -> (quotient: Int, remainder: Int) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
