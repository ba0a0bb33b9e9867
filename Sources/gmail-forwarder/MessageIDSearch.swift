internal import HTTP
internal import Text

/// The search of a raw mail's header block for a Message-ID. Gmail merges repeated imports only of
/// mails that have one.
///
/// Every line before the first empty one is looked at, whatever stands around it: mail has byte
/// order marks, lines out of an mbox, and lines that are no header field. The search takes the
/// mail's chunks, however they are cut, until the answer is known, and keeps none of them.
struct MessageIDSearch {
    enum Answer {
        case unknown
        case found
        case absent
    }

    private(set) var answer = Answer.unknown
    /// Where the names of the Message-ID fields begin that were met, those without a value too; nil
    /// where there are more than `mostFields`. That is an attack, which must not fill the memory.
    private(set) var fieldOffsets: [Int64]? = []
    /// Whether the whole header block is to be read, and not only up to the first Message-ID.
    private let findsAll: Bool
    private var isOver = false
    private var offset: Int64 = 0
    private var nameOffset: Int64 = 0
    private var place = Place.lineStart
    /// Whether the field that the current line belongs to is a Message-ID.
    private var isMessageID = false

    private enum Place: Equatable {
        case lineStart
        /// In a line that has begun like the field's name, so many bytes long.
        case name(Int)
        case blanksAfterName
        /// Behind the colon, or in a line that is something else.
        case rest
    }

    private static let name = Array("message-id".utf8)
    static let mostFields = 1000

    init(findsAll: Bool = false) {
        self.findsAll = findsAll
    }

    /// Whether more of the mail changes nothing.
    var isFinished: Bool { isOver || answer == .found && !findsAll }

    mutating func read(_ chunk: ArraySlice<UInt8>) {
        for byte in chunk {
            guard !isFinished else { return }
            // Lines end in LF or CRLF.
            if byte != UInt8(ascii: "\r") { read(byte) }
            offset += 1
        }
    }

    /// The mail has ended, and with it its header block.
    mutating func finish() {
        isOver = true
        if answer == .unknown { answer = .absent }
    }

    private mutating func read(_ byte: UInt8) {
        let isBlank = byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
        switch (place, byte) {
        case (.lineStart, UInt8(ascii: "\n")):
            finish()
        case (_, UInt8(ascii: "\n")):
            place = .lineStart
        case (.lineStart, _) where isBlank:
            // The value of the field above goes on (RFC 5322 §2.2.3).
            place = .rest
        case (.lineStart, _):
            isMessageID = false
            readName(byte, at: 0)
        case (.name(let count), _) where count < Self.name.count:
            readName(byte, at: count)
        case (.name, UInt8(ascii: ":")), (.blanksAfterName, UInt8(ascii: ":")):
            isMessageID = true
            if fieldOffsets?.count == Self.mostFields { fieldOffsets = nil }
            fieldOffsets?.append(nameOffset)
            place = .rest
        case (.name, _), (.blanksAfterName, _):
            // Blanks before the colon are obsolete, but legal (RFC 5322 §4.5).
            place = isBlank ? .blanksAfterName : .rest
        case (.rest, _):
            // "<>" is as empty as "".
            let isEmpty = isBlank || byte == UInt8(ascii: "<") || byte == UInt8(ascii: ">")
            if isMessageID && !isEmpty { answer = .found }
        }
    }

    private mutating func readName(_ byte: UInt8, at index: Int) {
        // The byte order mark, which some programs leave before the first line of their own.
        if index == 0, [0xEF, 0xBB, 0xBF].contains(byte) {
            place = .name(0)
        } else {
            if index == 0 { nameOffset = offset }
            place = byte.asciiLowercased == Self.name[index] ? .name(index + 1) : .rest
        }
    }
}
