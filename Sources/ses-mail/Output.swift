internal import JSON
internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#endif

/// The way an answer is shown: as text for a person, or as one JSON document.
struct Output {
    let isJSON: Bool
    private let isColoured: Bool

    init(isJSON: Bool) {
        self.isJSON = isJSON
        isColoured =
            isatty(1) == 1 && Variable.value("NO_COLOR") == nil && !isJSON
            && Variable.value("TERM") != "dumb"
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
        Output.show(text + "\n")
    }

    func json(_ value: JSONValue) {
        Output.show(String(decoding: value.bytes, as: UTF8.self) + "\n")
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
            rows.map { column < $0.count ? $0[column].cells : 0 }.max() ?? 0
        }
        for (index, row) in rows.enumerated() {
            var text = ""
            for (column, cell) in row.enumerated() {
                let isLast = row[(column + 1)...].allSatisfy(\.isEmpty)
                text += cell
                if isLast { break }
                text += String(repeating: " ", count: widths[column] - cell.cells + 2)
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

    /// Whether an answer could not be written, which was said then. What was begun goes on all the
    /// same: half of it done is worse than an answer lost.
    static var isLost: Bool { loss.withLock { $0 } }

    private static let loss = Mutex(false)

    private static func show(_ text: String) {
        let error = write(text, to: 1)
        // Nobody reads any more, as after `| head`: there is nobody to miss it.
        guard error != 0, error != EPIPE else { return }
        let isFirst = loss.withLock { isLost in
            defer { isLost = true }
            return !isLost
        }
        if isFirst {
            complain("The output could not be written: \(String(cString: strerror(error))).")
        }
    }

    /// Answers the system's error, or 0.
    @discardableResult
    static func write(_ text: String, to descriptor: Int32) -> Int32 {
        TextFile.write(Array(text.utf8), descriptor: descriptor)
    }

    /// Lets nothing else become what is written to: a socket that was opened without a standard
    /// output would be it.
    static func holdPlaces() {
        for descriptor in Int32(0)...2 where fcntl(descriptor, F_GETFD) < 0 {
            // To be read only: what is written there is lost, and known to be.
            _ = open("/dev/null", O_RDONLY)
        }
    }
}

extension Int {
    /// `one mail`, `3 mails`
    func counted(_ noun: String) -> String { self == 1 ? "one \(noun)" : "\(self) \(noun)s" }
}

extension String {
    /// How many columns of a terminal it takes: two for a character of East Asia and for an emoji.
    var cells: Int {
        reduce(0) { sum, character in
            guard let scalar = character.unicodeScalars.first else { return sum }
            let isEmoji =
                scalar.properties.isEmojiPresentation
                || character.unicodeScalars.contains { $0.value == 0xFE0F }
            return sum + (isEmoji || scalar.isWide ? 2 : 1)
        }
    }

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

extension Unicode.Scalar {
    /// Of Unicode's East_Asian_Width W and F, by blocks (https://www.unicode.org/reports/tr11/).
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
