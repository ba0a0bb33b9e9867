#if canImport(Glibc)
    internal import Glibc
#endif

/// When did the server answer? `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110 §5.6.7), the only form
/// that AWS sends.
enum HTTPDate {
    private static let months: [Substring] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    static func epochSeconds(_ text: String) -> Int? {
        let words = text.split { $0 == " " || $0 == "," || $0 == ":" }
        guard words.count == 8, words[7] == "GMT", let month = months.firstIndex(of: words[2])
        else { return nil }
        let numbers = [words[1], words[3], words[4], words[5], words[6]].compactMap { Int32($0) }
        guard numbers.count == 5 else { return nil }
        var utc = tm()
        utc.tm_mday = numbers[0]
        utc.tm_mon = Int32(month)
        utc.tm_year = numbers[1] - 1900
        utc.tm_hour = numbers[2]
        utc.tm_min = numbers[3]
        utc.tm_sec = numbers[4]
        return timegm(&utc)
    }
}
