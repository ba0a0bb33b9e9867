internal import Mail
internal import Text

/// The findings of the receiving server: `amazonses.com; spf=pass (…) …; dkim=pass …; dmarc=pass …`
/// (RFC 8601).
///
/// SES also repeats here what the sender wrote in the envelope and in its greeting. So text in
/// quotation marks and in comments is ignored, and of several results the worst one counts: a
/// sender cannot improve the result.
struct AuthenticationResults {
    private let results: [(method: String, result: String)]

    /// The findings of another server are ignored.
    init(_ value: String) {
        let parts = AuthenticationResults.bare(value).split(separator: ";")
            .map(\.trimmingASCIIWhitespace)
        guard parts.first?.asciiLowercased == "amazonses.com" else {
            results = []
            return
        }
        results = parts.dropFirst().compactMap { part in
            let words = part.asciiLowercased.split(separator: "=", maxSplits: 1)
            guard words.count == 2 else { return nil }
            return (
                words[0].trimmingASCIIWhitespace,
                String(words[1].trimmingASCIIWhitespace.prefix { $0 != " " && $0 != "\t" })
            )
        }
    }

    /// The verdict in SES's words; nil where the method is not named.
    func verdict(_ method: String) -> String? {
        let found = results.filter { $0.method == method }.map(\.result)
        if found.isEmpty { return nil }
        if found.contains("fail") { return "FAIL" }
        if found.allSatisfy({ $0 == "pass" }) { return "PASS" }
        return found.contains { $0 == "temperror" || $0 == "permerror" }
            ? "PROCESSING_FAILED" : "GRAY"
    }

    /// The value without quoted strings and nested comments (RFC 5322 §3.2); one that is not closed
    /// reaches to the end.
    private static func bare(_ value: String) -> String {
        var kept: [UInt8] = []
        var depth = 0
        var isQuoted = false
        var isEscaped = false
        for byte in value.utf8 {
            if isEscaped {
                isEscaped = false
                continue
            }
            switch byte {
            case UInt8(ascii: "\\") where isQuoted || depth > 0: isEscaped = true
            case UInt8(ascii: "\"") where depth == 0: isQuoted.toggle()
            case UInt8(ascii: "(") where !isQuoted: depth += 1
            case UInt8(ascii: ")") where !isQuoted && depth > 0: depth -= 1
            default: if !isQuoted && depth == 0 { kept.append(byte) }
            }
        }
        return String(decoding: kept, as: UTF8.self)
    }
}
