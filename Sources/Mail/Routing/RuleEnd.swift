/// The time at which a rule ends, and what becomes of later mail. The row stays: with a row that
/// was gone, a wider rule would decide.
package struct RuleEnd: Equatable, Sendable {
    package enum Then: String, CaseIterable, Sendable {
        case bounce
        case store
    }

    /// `YYYY-MM-DDTHH:MM:SS`, in UTC: texts of this form are in the order of their times.
    private let second: String
    package let then: Then

    /// Reads `YYYY-MM-DDTHH:MM:SSZ`, also with `+00:00` in place of `Z`; nil for anything else.
    package init?(_ text: String, then: Then = .bounce) {
        guard let second = RuleEnd.second(of: text), ["Z", "+00:00"].contains(text.dropFirst(19))
        else { return nil }
        self.second = second
        self.then = then
    }

    /// As the row says it.
    package var text: String { "\(second)Z" }

    /// Whether a mail of that time comes too late. `timestamp` is SES's, in UTC, with or without a
    /// fraction of a second; a mail without a time is not late.
    package func isReached(at timestamp: String?) -> Bool {
        guard let received = timestamp.flatMap(RuleEnd.second) else { return false }
        return received >= second
    }

    /// The first 19 characters of a text that begins with a time; nil where they are none.
    private static func second(of text: String) -> String? {
        let bytes = Array(text.utf8.prefix(19))
        guard bytes.count == 19 else { return nil }
        for (index, form) in "dddd-dd-ddTdd:dd:dd".utf8.enumerated() {
            let isDigit = UInt8(ascii: "0")...UInt8(ascii: "9") ~= bytes[index]
            guard form == UInt8(ascii: "d") ? isDigit : bytes[index] == form else { return nil }
        }
        func number(_ start: Int) -> Int {
            Int(bytes[start] - 48) * 10 + Int(bytes[start + 1] - 48)
        }
        let days = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        guard 1...12 ~= number(5), 1...days[number(5) - 1] ~= number(8), number(11) < 24,
            number(14) < 60, number(17) < 60
        else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }
}
