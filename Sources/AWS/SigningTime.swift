#if canImport(Glibc)
    internal import Glibc
#endif

/// When is a request signed? One clock reading in the two forms that SigV4 uses, so that the
/// scope's day and `X-Amz-Date` cannot disagree over midnight.
package struct SigningTime: Equatable, Sendable {
    /// `20150830T123600Z`
    package let timestamp: String
    /// `20150830`
    package var day: String { String(timestamp.prefix(8)) }

    /// - Parameter epochSeconds: seconds since 1970-01-01T00:00:00Z.
    package init(epochSeconds: Int) {
        var time = time_t(epochSeconds)
        var utc = tm()
        gmtime_r(&time, &utc)
        let digits = { (value: Int32, width: Int) in
            String(repeating: "0", count: max(0, width - String(value).count)) + String(value)
        }
        timestamp =
            digits(utc.tm_year + 1900, 4) + digits(utc.tm_mon + 1, 2) + digits(utc.tm_mday, 2)
            + "T" + digits(utc.tm_hour, 2) + digits(utc.tm_min, 2) + digits(utc.tm_sec, 2) + "Z"
    }

    /// Reads the form that it writes; nil for any other.
    package init?(timestamp: String) {
        let bytes = Array(timestamp.utf8)
        guard bytes.count == 16, bytes[8] == UInt8(ascii: "T"), bytes[15] == UInt8(ascii: "Z")
        else { return nil }
        self.timestamp = timestamp
    }
}
