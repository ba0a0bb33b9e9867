#if canImport(Glibc)
    internal import Glibc
#endif

/// How is a moment written? In UTC, in the two forms that our peers read; bytes are filled in one
/// by one, because every log line and every signature has such a text.
package struct UTCTime: Equatable, Sendable {
    private let fields: [(value: Int, width: Int)]

    /// - Parameter epochSeconds: since 1970-01-01T00:00:00Z.
    package init(epochSeconds: Int) {
        var seconds = time_t(epochSeconds)
        var utc = tm()
        gmtime_r(&seconds, &utc)
        fields = [
            (Int(utc.tm_year) + 1900, 4), (Int(utc.tm_mon) + 1, 2), (Int(utc.tm_mday), 2),
            (Int(utc.tm_hour), 2), (Int(utc.tm_min), 2), (Int(utc.tm_sec), 2),
        ]
    }

    /// `20150830T123600Z` (ISO 8601 basic, as SigV4 wants it).
    package var basic: String { text(separators: ["", "", "T", "", "", "Z"]) }

    /// `2025-01-18T10:00:00Z` (RFC 3339), with milliseconds where they are given.
    package func extended(milliseconds: Int? = nil) -> String {
        guard let milliseconds else { return text(separators: ["-", "-", "T", ":", ":", "Z"]) }
        return text(
            separators: ["-", "-", "T", ":", ":", ".", "Z"], last: (value: milliseconds, width: 3))
    }

    private func text(
        separators: [StaticString], last: (value: Int, width: Int)? = nil
    ) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(24)
        for (field, separator) in zip(fields + (last.map { [$0] } ?? []), separators) {
            UTCTime.append(field.value, width: field.width, to: &text)
            separator.withUTF8Buffer { text.append(contentsOf: $0) }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Decimal digits, zeros before them up to the width.
    private static func append(_ value: Int, width: Int, to text: inout [UInt8]) {
        let start = text.count
        var rest = max(0, value)
        while rest > 0 || text.count - start < width {
            text.append(UInt8(ascii: "0") + UInt8(rest % 10))
            rest /= 10
        }
        text[start...].reverse()
    }

    package static func == (left: UTCTime, right: UTCTime) -> Bool {
        left.basic == right.basic
    }
}
