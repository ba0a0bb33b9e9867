/// The bounds of a report that is read. Anybody may send one, so everything in it has a bound.
enum ReportLimits {
    /// A mail with a report of `packedBytes`, which base64 makes longer by a third.
    static let mailBytes = 16 << 20
    /// The most reports of one mail; the standards know one.
    static let reportsOfMail = 10
    /// A report as it was attached.
    static let packedBytes = 10 << 20
    /// The XML of a DMARC report.
    static let unpackedBytes = 50 << 20
    /// The JSON of a TLS report, whose tree takes more memory than the text.
    static let jsonBytes = 10 << 20
    /// The most by which unpacking multiplies the size, from `ratioBytes` on.
    static let ratio = 200
    static let ratioBytes = 1 << 20
    /// The levels of nested elements.
    static let depth = 32
    /// The elements of one record.
    static let elementsOfRecord = 10_000
    /// The text of one element; what follows is left out.
    static let textBytes = 1024
    static let records = 100_000
    /// The messages of one record, and the sessions of one policy.
    static let count = 1_000_000_000
    /// The different sources of all reports together.
    static let sources = 100_000
}

/// The reason why a report is not read: a clause such as "its zip archive is encrypted".
struct ReportFault: Error, Equatable {
    let reason: String

    init(_ reason: String) {
        self.reason = reason
    }
}

extension Int {
    /// `1,240`
    var grouped: String {
        let digits = String(magnitude)
        var text = self < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { text += "," }
            text.append(digit)
        }
        return text
    }

    /// `the one message`, `all 1,240 messages`
    func all(_ noun: String) -> String {
        self == 1 ? "the one \(noun)" : "all \(grouped) \(noun)s"
    }
}
