/// Does a raw mail have a Message-ID? Gmail merges repeated imports only of mails that have one.
///
/// Fed with the mail's chunks, however they are cut, until `answer` is known; it holds no more than
/// a header's name, so it does not grow with the mail. Lines may end in LF or CRLF.
package struct HeaderScan: Sendable {
    /// What is known so far.
    package enum Answer: Equatable, Sendable {
        case unknown
        case hasMessageId
        case lacksMessageId
    }

    package private(set) var answer = Answer.unknown
    private var position = Position.lineStart
    private var name: [UInt8] = []
    private var isFirstLine = true
    /// Whether the field that the current line belongs to is a Message-ID.
    private var isMessageId = false

    package init() {}

    /// The line to put before a mail that lacks a Message-ID. It is the same at each try, and
    /// `.invalid` names no host (RFC 2606 §2).
    package static func messageIdLine(originalMessageId: String) -> [UInt8] {
        Array("Message-ID: <\(originalMessageId)@ses-mail.invalid>\r\n".utf8)
    }

    /// Reads the next chunk; once the answer is known, nothing more is read.
    package mutating func feed(_ chunk: ArraySlice<UInt8>) {
        for byte in chunk {
            guard answer == .unknown else { return }
            read(byte)
        }
    }

    /// The mail has ended, and with it its header block.
    package mutating func finish() {
        if answer == .unknown { answer = .lacksMessageId }
    }

    /// Where in a line the next byte is.
    private enum Position {
        case lineStart
        case emptyLine
        case name
        case spaceAfterName
        case value
        case envelopeLine
    }

    private mutating func read(_ byte: UInt8) {
        switch position {
        case .lineStart: begin(byte)
        case .emptyLine: byte == lineFeed ? finish() : readName(byte)
        case .name, .spaceAfterName: readName(byte)
        case .value: readValue(byte)
        case .envelopeLine: if byte == lineFeed { endLine() }
        }
    }

    private mutating func begin(_ byte: UInt8) {
        switch byte {
        case lineFeed:
            finish()
        case carriageReturn:
            position = .emptyLine
            name = []
        case space, tab:
            // A folded value goes on (RFC 5322 §2.2.3); there is none to go on with at the start.
            isFirstLine ? finish() : (position = .value)
        default:
            position = .name
            name = []
            isMessageId = false
            readName(byte)
        }
    }

    private mutating func readName(_ byte: UInt8) {
        switch byte {
        case colon where !name.isEmpty:
            isMessageId = name.elementsEqual("message-id".utf8)
            position = .value
        case space where isFirstLine && name.elementsEqual("from".utf8):
            // QUIRK: a mail out of an mbox begins with a line "From sender date" (RFC 4155).
            position = .envelopeLine
        case space, tab:
            // White space before the colon is obsolete, but legal (RFC 5322 §4.5).
            position = .spaceAfterName
        case 0x21...0x7E where position == .name:
            // No name that matters is longer.
            if name.count < 16 { name.append(byte.asciiLowercased) }
        default:
            // No header field: here begins a body whose empty line is missing.
            finish()
        }
    }

    private mutating func readValue(_ byte: UInt8) {
        switch byte {
        case lineFeed:
            endLine()
        case space, tab, carriageReturn, UInt8(ascii: "<"), UInt8(ascii: ">"):
            // None of these makes an identifier: "<>" is as empty as "".
            break
        default:
            if isMessageId { answer = .hasMessageId }
        }
    }

    private mutating func endLine() {
        position = .lineStart
        isFirstLine = false
    }

    private var lineFeed: UInt8 { UInt8(ascii: "\n") }
    private var carriageReturn: UInt8 { UInt8(ascii: "\r") }
    private var space: UInt8 { UInt8(ascii: " ") }
    private var tab: UInt8 { UInt8(ascii: "\t") }
    private var colon: UInt8 { UInt8(ascii: ":") }
}
