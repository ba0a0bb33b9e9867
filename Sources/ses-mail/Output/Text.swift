extension Int {
    /// `one mail`, `3 mails`
    func counted(_ noun: String) -> String { self == 1 ? "one \(noun)" : "\(self) \(noun)s" }
}

extension [String] {
    /// Each text once, at its first place.
    var uniqued: [String] {
        var seen: Set<String> = []
        return filter { seen.insert($0).inserted }
    }
}

extension String {
    /// The text where it fits; otherwise its beginning and an ellipsis, `limit` characters in all.
    func shortened(to limit: Int) -> String {
        guard let last = index(startIndex, offsetBy: limit, limitedBy: endIndex), last < endIndex
        else { return self }
        return prefix(limit - 1) + "…"
    }

    /// The columns that it takes on a terminal: two for a character of East Asia and for an emoji.
    var cells: Int {
        reduce(0) { sum, character in
            guard let scalar = character.unicodeScalars.first else { return sum }
            let isEmoji =
                scalar.properties.isEmojiPresentation
                || character.unicodeScalars.contains { $0.value == 0xFE0F }
            return sum + (isEmoji || scalar.isWide ? 2 : 1)
        }
    }

    /// The text without the characters that a terminal obeys: text that others wrote into a row or
    /// a mail is only shown.
    var printable: String {
        var text = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate:
                text.append(scalar == "\n" ? " " : "?")
            default: text.append(scalar)
            }
        }
        return String(text)
    }
}

extension Unicode.Scalar {
    /// Whether Unicode's East_Asian_Width is W or F, by blocks (https://www.unicode.org/reports/tr11/).
    fileprivate var isWide: Bool {
        switch value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF,
            0xA000...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
            0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x17000...0x18CFF, 0x1B000...0x1B2FF,
            0x20000...0x3FFFD:
            true
        default: false
        }
    }
}
