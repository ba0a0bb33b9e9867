internal import HTTP
internal import Text

/// The search of a raw mail's header block for a Message-ID. Gmail merges repeated imports only if
/// the message has one.
///
/// The search reads every line before the first empty one, even if the lines around it are not
/// header fields: real mail has byte order marks and lines from an mbox file. It reads the mail in
/// chunks of any size, keeps none of them, and ends as soon as the answer is known.
struct MessageIDSearch {
    enum Answer {
        case unknown
        case found
        case absent
    }

    private(set) var answer = Answer.unknown
    /// The offsets of the names of the Message-ID fields found so far, also of those without a
    /// value; nil if there are more than `mostFields`. So many are an attack, which must not fill
    /// the memory.
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
        /// In a line of which this many bytes are the beginning of the field's name.
        case name(Int)
        case blanksAfterName
        /// Behind the colon, or in a line that is not a Message-ID.
        case rest
    }

    private static let name = Array("message-id".utf8)
    static let mostFields = 1000

    init(findsAll: Bool = false) {
        self.findsAll = findsAll
    }

    /// Whether the answer is final, so that nothing more needs to be read.
    var isFinished: Bool { isOver || answer == .found && !findsAll }

    mutating func read(_ chunk: ArraySlice<UInt8>) {
        for byte in chunk {
            guard !isFinished else { return }
            // Lines end in LF or CRLF.
            if byte != UInt8(ascii: "\r") { read(byte) }
            offset += 1
        }
    }

    /// Ends the search at the end of the mail.
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
            // "<>" counts as empty.
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
