internal import Text

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
            let isShown = !scalar.isObeyed || scalar.isJoiner
            text.append(isShown ? scalar : scalar == "\n" ? " " : "?")
        }
        return String(text)
    }

    /// The text with an escape in the place of each character that a terminal obeys, or that turns
    /// the direction of writing: `\t`, `\u001b`. What only joins or parts letters stays.
    /// - Parameter keepingLines: whether line ends stay, too.
    func escaped(keepingLines: Bool = false) -> String {
        var text = ""
        for scalar in unicodeScalars {
            let isKept =
                !scalar.isObeyed || scalar.isJoiner || keepingLines && scalar == "\n"
            switch scalar {
            case _ where isKept: text.unicodeScalars.append(scalar)
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            default: text += scalar.unicodeEscape
            }
        }
        return text
    }

    /// JSON text with the characters that a terminal obeys as escapes. In a JSON document they
    /// stand in strings only, so that the document stays the same.
    var asJSONForTerminals: String {
        guard unicodeScalars.contains(where: \.isObeyed) else { return self }
        return unicodeScalars.reduce(into: "") { text, scalar in
            if scalar.isObeyed {
                text += scalar.unicodeEscape
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
    }
}

extension Unicode.Scalar {
    /// Whether a terminal may obey the character in place of showing it.
    fileprivate var isObeyed: Bool {
        switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: true
        default: false
        }
    }

    /// Whether the character only joins or parts the letters around it: the soft hyphen, spaces and
    /// joiners without width, and the byte order mark.
    fileprivate var isJoiner: Bool {
        [0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF].contains(value)
    }

    /// `\u001b`, as in JSON: two escapes for a character beyond U+FFFF.
    fileprivate var unicodeEscape: String {
        UTF16.encode(self).map { unit in
            unit.map { "\\u" + Hex.encode([UInt8($0 >> 8), UInt8($0 & 0xFF)]) }.joined()
        } ?? ""
    }

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
