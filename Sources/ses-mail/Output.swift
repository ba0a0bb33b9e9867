internal import JSON

#if canImport(Glibc)
    internal import Glibc
#endif

/// How is an answer shown? As text for a person, or as one JSON document.
struct Output {
    let isJSON: Bool
    private let isColoured: Bool

    init(isJSON: Bool) {
        self.isJSON = isJSON
        isColoured = isatty(1) == 1 && Variable.value("NO_COLOR") == nil && !isJSON
    }

    /// What a word means for the operator.
    enum Mood: String {
        case good = "32"
        case odd = "33"
        case bad = "31"
        case quiet = "2"
    }

    func paint(_ text: String, _ mood: Mood?) -> String {
        guard isColoured, let mood else { return text }
        return "\u{1B}[\(mood.rawValue)m\(text)\u{1B}[0m"
    }

    func line(_ text: String) {
        Output.write(text + "\n", to: 1)
    }

    func json(_ value: JSONValue) {
        Output.write(String(decoding: value.bytes, as: UTF8.self) + "\n", to: 1)
    }

    /// One or the other.
    func answer(_ value: @autoclosure () -> JSONValue, _ text: @autoclosure () -> String) {
        if isJSON { json(value()) } else { line(text()) }
    }

    /// Columns as wide as they must be, the last as it is.
    /// - Parameter details: what stands below each row, a line each.
    func table(_ rows: [[String]], moods: [Mood?] = [], details: [[String]] = []) {
        let rows = rows.map { $0.map(\.printable) }
        let count = rows.map(\.count).max() ?? 0
        let widths = (0..<count).map { column in
            rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
        }
        for (index, row) in rows.enumerated() {
            var text = ""
            for (column, cell) in row.enumerated() {
                let isLast = row[(column + 1)...].allSatisfy(\.isEmpty)
                text += cell
                if isLast { break }
                text += String(repeating: " ", count: widths[column] - cell.count + 2)
            }
            line(paint(text, index < moods.count ? moods[index] : nil))
            for detail in index < details.count ? details[index] : [] {
                line("      \(detail.printable)")
            }
        }
    }

    /// One sentence on standard error.
    static func complain(_ sentence: String) {
        write("ses-mail: \(sentence.printable)\n", to: 2)
    }

    /// What goes on, for who waits at a terminal.
    static func progress(_ text: String) {
        if isatty(2) == 1 { write("\(text.printable)\n", to: 2) }
    }

    static func write(_ text: String, to descriptor: Int32) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}

extension Int {
    /// `one mail`, `3 mails`
    func counted(_ noun: String) -> String { self == 1 ? "one \(noun)" : "\(self) \(noun)s" }
}

extension String {
    /// Without what a terminal obeys: what others wrote into a row or a mail is only shown.
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
