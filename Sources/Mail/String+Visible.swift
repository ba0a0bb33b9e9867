internal import Text

/// Makes a stranger's text harmless before it is shown or sent.
extension String {
    /// The text without what cannot be seen: control characters, line and paragraph separators,
    /// marks that turn the direction of writing. A tab becomes a space.
    var visible: String {
        guard !utf8.allSatisfy({ 0x20...0x7E ~= $0 }) else { return self }
        var result = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            if scalar == "\t" {
                result.append(" ")
            } else if !scalar.isInvisible {
                result.append(scalar)
            }
        }
        return String(result)
    }

    /// The visible text, at most so many scalars, with an ellipsis where it was cut.
    func excerpt(_ maximumScalars: Int) -> String {
        let text = visible.trimmingASCIIWhitespace
        guard text.unicodeScalars.count > maximumScalars else { return text }
        return text.cut(atScalars: maximumScalars - 1) + "…"
    }

    /// The visible text for HTML, in an element or in a quoted attribute.
    var htmlEscaped: String {
        var result = ""
        for scalar in visible.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// Whether every byte is a printable ASCII character or a space.
    var isPrintableASCII: Bool { utf8.allSatisfy { 0x20...0x7E ~= $0 } }
}

extension Unicode.Scalar {
    fileprivate var isInvisible: Bool {
        switch value {
        case 0x00...0x1F, 0x7F...0x9F: true  // C0, DEL, C1
        case 0x200B, 0x200E, 0x200F, 0x061C: true  // zero width space, direction marks
        case 0x2028...0x202E, 0x2060...0x206F: true  // separators, embeddings, isolates
        case 0xFEFF, 0xFFF0...0xFFFB, 0xFFFE, 0xFFFF: true  // byte order mark, annotations
        case 0xE0000...0xE0FFF: true  // tags
        default: false
        }
    }
}
