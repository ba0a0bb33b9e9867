import AWS
import Foundation
import Text

/// What the published cases and botocore need and our own calls do not: paths with dots, and times
/// that are given as text.
enum PublishedForm {
    /// The URL with `.`, `..` and empty segments of its path resolved, as every service but S3
    /// wants it signed: `/a/./b//../c/` → `/a/c/` (RFC 3986 §5.2.4, empty segments dropped too).
    static func normalized(_ url: String) -> String {
        let pathStart = url.dropFirst("https://".count).firstIndex(of: "/") ?? url.endIndex
        let path = url[pathStart...].prefix { $0 != "?" }
        return url[..<pathStart] + resolved(path) + url[path.endIndex...]
    }

    private static func resolved(_ path: Substring) -> String {
        var kept: [Substring] = []
        let segments = path.split(separator: "/", omittingEmptySubsequences: true)
        for segment in segments where segment != "." {
            if segment == ".." { _ = kept.popLast() } else { kept.append(segment) }
        }
        let isFolder = path.hasSuffix("/") || segments.last == "." || segments.last == ".."
        return "/" + kept.joined(separator: "/") + (isFolder && !kept.isEmpty ? "/" : "")
    }
}

extension UTCTime {
    /// The moment that a text in SigV4's own form names: `20150830T123600Z`.
    init?(basic: String) {
        let form = DateFormatter()
        form.locale = Locale(identifier: "en_US_POSIX")
        form.timeZone = .gmt
        form.dateFormat = "yyyyMMdd'T'HHmmss'Z'"
        guard let date = form.date(from: basic) else { return nil }
        self.init(epochSeconds: Int(date.timeIntervalSince1970))
    }
}
