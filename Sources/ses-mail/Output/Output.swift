internal import JSON
internal import Process
internal import Synchronization

/// The way an answer is shown: as text for a person, or as data for a program.
struct Output {
    enum Format: Equatable {
        case text
        /// One JSON document.
        case json
        /// A list as tab-separated values, with the columns' names in the first line.
        case tsv
    }

    let format: Format
    private let isColoured: Bool

    init(_ format: Format) {
        self.format = format
        isColoured =
            format == .text && Descriptor.standardOutput.isTerminal
            && Variable.value("NO_COLOR") == nil
            && Variable.value("TERM") != "dumb"
    }

    var isJSON: Bool { format == .json }

    func paint(_ text: String, _ severity: Severity?) -> String {
        guard isColoured, let severity else { return text }
        return "\u{1B}[\(severity.colour)m\(text)\u{1B}[0m"
    }

    /// Begins one round of an answer that is shown again and again: on a terminal in place of the
    /// last one, elsewhere below it.
    func beginRound() {
        guard format == .text else { return }
        if Descriptor.standardOutput.isTerminal && Variable.value("TERM") != "dumb" {
            Output.show("\u{1B}[H\u{1B}[2J")
        }
        line(Clock.now())
    }

    func line(_ text: String) {
        Output.show(text + "\n")
    }

    /// - Parameter prefix: what stands before the document on its line.
    func json(_ value: JSONValue, after prefix: String = "") {
        line(prefix + String(decoding: value.bytes, as: UTF8.self).asJSONForTerminals)
    }

    /// The document or the text, whichever was asked for.
    func answer(_ value: @autoclosure () -> JSONValue, _ text: @autoclosure () -> String) {
        if isJSON { json(value()) } else { line(text()) }
    }

    /// A sentence on standard error.
    static func complain(_ sentence: String) {
        write("ses-mail: \(sentence.printable)\n", to: 2)
    }

    /// The step that has begun, for a person who waits at a terminal.
    static func progress(_ text: String) {
        if Descriptor.standardError.isTerminal { write("\(text.printable)\n", to: 2) }
    }

    /// Whether an answer could not be written, which was reported then. The command goes on all the
    /// same: work that is half done is worse than a lost answer.
    static var isLost: Bool { loss.withLock { $0 } }

    private static let loss = Mutex(false)

    /// Whether the reader of the answer has gone: a list that only reads need not go on.
    static var isClosed: Bool { closing.withLock { $0 } }

    private static let closing = Mutex(false)

    private static func show(_ text: String) {
        guard let error = write(text, to: 1) else { return }
        // The reader has gone, as after `| head`, and misses nothing.
        guard !error.isBrokenPipe else { return closing.withLock { $0 = true } }
        let isFirst = loss.withLock { isLost in
            defer { isLost = true }
            return !isLost
        }
        if isFirst {
            complain("The output could not be written: \(error).")
        }
    }

    /// Returns the system's reason where the text could not be written.
    @discardableResult
    static func write(_ text: String, to descriptor: Int32) -> SystemError? {
        do {
            try Descriptor(descriptor).write(Array(text.utf8))
            return nil
        } catch {
            return error
        }
    }
}
