internal import Text

/// A text that somebody meant as a policy and receivers take for none.
struct NearPolicy: Equatable {
    let kind: PolicyText
    /// What is wrong with it.
    let flaw: String
    /// The policy that it was meant to be, as far as that is plain.
    let repaired: String

    /// Quotation marks of all kinds: people paste them from web pages.
    private static let marks = "\"'`“”„‘’«»"

    /// nil for a policy, and for what resembles none.
    init?(_ text: String) {
        guard PolicyText(of: text) == nil else { return nil }
        var bare = text.filter { !NearPolicy.marks.contains($0) && $0 != "\\" }
        bare = String(bare.drop { $0.isWhitespace || $0 == "\u{FEFF}" })
        let found = PolicyText.allCases.lazy.compactMap { kind in
            NearPolicy.version(of: kind, in: bare).map { (kind, $0) }
        }.first
        guard let (kind, range) = found else { return nil }
        self.kind = kind
        let rest = bare[range.upperBound...]
        let isFirst = range.lowerBound == bare.startIndex
        flaw =
            switch true {
            case text.contains(where: NearPolicy.marks.contains):
                "the quotation marks are part of the text"
            case text.contains("\\"): "the backslashes are part of the text"
            case isFirst && text.first != bare.first: "it begins with a blank"
            case !isFirst: "it does not begin with \(kind.rawValue)"
            case !NearPolicy.isApart(rest, kind):
                "\(kind.rawValue) runs into what follows"
            default: "it must begin with \(kind.rawValue), in these letters"
            }
        let separator = kind == .spf ? " " : "; "
        let terms = rest.drop { $0 == ";" || $0.isWhitespace }
        repaired = kind.rawValue + (terms.isEmpty ? "" : separator + terms)
    }

    /// Whether what follows the version is told apart from it.
    private static func isApart(_ rest: Substring, _ kind: PolicyText) -> Bool {
        guard !rest.isEmpty else { return true }
        return kind == .spf ? rest.first == " " : rest.drop(while: \.isWhitespace).first == ";"
    }

    /// Where `v=spf1` or `spf1` stands, in any case and with blanks around the equals sign.
    private static func version(of kind: PolicyText, in text: String) -> Range<String.Index>? {
        let word = Array(String(kind.rawValue.dropFirst(2)).asciiLowercased)
        var start = text.startIndex
        while start < text.endIndex {
            defer { start = text.index(after: start) }
            guard let end = text.index(start, offsetBy: word.count, limitedBy: text.endIndex),
                Array(String(text[start..<end]).asciiLowercased) == word,
                // Not spf10, and not spf1.example.
                end == text.endIndex || !(text[end].isNumber || text[end] == ".")
            else { continue }
            let before = text[..<start].reversed().drop(while: \.isWhitespace)
            if before.isEmpty { return start..<end }
            guard before.first == "=" else { continue }
            let letters = before.dropFirst().drop(while: \.isWhitespace)
            guard letters.first == "v" || letters.first == "V" else { continue }
            let first = text.index(before: letters.startIndex.base)
            let isWord = first == text.startIndex || !text[text.index(before: first)].isLetter
            if isWord { return first..<end }
        }
        return nil
    }
}
