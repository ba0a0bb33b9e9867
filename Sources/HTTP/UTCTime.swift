#if canImport(Glibc)
    internal import Glibc
#endif

/// A moment as our peers read it: in UTC, in the years 0 to 9999.
package struct UTCTime: Equatable, Sendable {
    private let year, month, day, hour, minute, second: Int

    /// - Parameter epochSeconds: since 1970-01-01T00:00:00Z.
    package init(epochSeconds: Int) {
        var seconds = time_t(epochSeconds)
        var utc = tm()
        gmtime_r(&seconds, &utc)
        year = min(max(0, Int(utc.tm_year) + 1900), 9999)
        month = Int(utc.tm_mon) + 1
        day = Int(utc.tm_mday)
        hour = Int(utc.tm_hour)
        minute = Int(utc.tm_min)
        second = Int(utc.tm_sec)
    }

    /// `20150830T123600Z` (ISO 8601 basic, as SigV4 wants it).
    package var basic: String { text("YYYYMMDDThhmmssZ") }

    /// `2025-01-18T10:00:00Z` (RFC 3339), with milliseconds where they are given.
    package func extended(milliseconds: Int? = nil) -> String {
        guard let milliseconds else { return text("YYYY-MM-DDThh:mm:ssZ") }
        return text("YYYY-MM-DDThh:mm:ss.fffZ", milliseconds: max(0, milliseconds))
    }

    /// The pattern with digits in place of the fields' letters. From its end on, where a field's
    /// last digit stands; in one allocation, because every log line and signature has such a text.
    private func text(_ pattern: StaticString, milliseconds: Int = 0) -> String {
        var (year, month, day) = (year, month, day)
        var (hour, minute, second, milliseconds) = (hour, minute, second, milliseconds)
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
