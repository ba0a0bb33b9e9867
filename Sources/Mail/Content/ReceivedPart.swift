internal import Text

/// A part of a received mail as MIME divides it (RFC 2045, RFC 2046 §5.1); the mail itself is the
/// outermost part.
///
/// Strangers write mail. What breaks the rules is read as mail programs read it, and never fails.
package struct ReceivedPart: Sendable {
    package let headers: MailHeaders
    package let contentType: ContentValue
    /// `attachment`, `inline` and others; empty where the part does not say.
    package let disposition: ContentValue
    /// The parts of a multipart, in their order.
    package let parts: [ReceivedPart]
    private let body: ArraySlice<UInt8>

    /// - Parameter mail: a whole mail.
    package init(_ mail: [UInt8]) {
        self.init(mail[...], depth: 0, defaultType: "text/plain")
    }

    private init(_ bytes: ArraySlice<UInt8>, depth: Int, defaultType: String) {
        let block = HeaderBlock(ofWhole: bytes)
        headers = MailHeaders(block.fields)
        contentType = ContentValue(headers["Content-Type"] ?? defaultType)
        disposition = ContentValue(headers["Content-Disposition"] ?? "")
        body = bytes[block.bodyStart...]
        guard contentType.value.hasPrefix("multipart/"), depth < ReceivedPart.maximumDepth,
            let boundary = contentType["boundary"]
        else {
            parts = []
            return
        }
        let type = contentType.value == "multipart/digest" ? "message/rfc822" : "text/plain"
        parts = ReceivedPart.pieces(of: body, boundary: boundary).map {
            ReceivedPart($0, depth: depth + 1, defaultType: type)
        }
    }

    private static let maximumDepth = 50
    private static let maximumParts = 1000

    /// `text/plain`, also where the type is no type.
    package var type: String {
        let isType = contentType.value.utf8.count { $0 == UInt8(ascii: "/") } == 1
        return isType ? contentType.value : "text/plain"
    }

    package var isAttachment: Bool { disposition.value == "attachment" }

    /// The name of the file that the part is to be; nil where it has none.
    package var fileName: String? {
        let name = disposition["filename"] ?? contentType["name"] ?? ""
        return name.isEmpty ? nil : name
    }

    /// The content, without its transfer encoding (RFC 2045 §6). One that is not known leaves it as
    /// it is.
    package var content: [UInt8] {
        let encoding = ContentValue(headers["Content-Transfer-Encoding"] ?? "").value
        return switch encoding {
        case "base64": Base64.decodeLines(body)
        case "quoted-printable": QuotedPrintable.decoded(body)
        default: Array(body)
        }
    }

    /// The bytes between the lines with the boundary. Without such a line there are no parts;
    /// without a closing one the last part reaches to the end.
    private static func pieces(
        of body: ArraySlice<UInt8>, boundary: String
    ) -> [ArraySlice<UInt8>] {
        let delimiter = Array("--\(boundary.trimmingASCIIWhitespace)".utf8)
        var pieces: [ArraySlice<UInt8>] = []
        var start: Int?
        var lineStart = body.startIndex
        while lineStart < body.endIndex, pieces.count < maximumParts {
            let lineEnd = body[lineStart...].firstIndex(of: UInt8(ascii: "\n")) ?? body.endIndex
            let line = body[lineStart..<lineEnd]
            let next = min(lineEnd + 1, body.endIndex)
            if line.starts(with: delimiter), let isLast = isLast(line.dropFirst(delimiter.count)) {
                if let start, start < lineStart {
                    pieces.append(withoutLineEnd(body[start..<lineStart]))
                }
                if isLast { return pieces }
                start = next
            }
            lineStart = next
        }
        if let start, start < body.endIndex, pieces.count < maximumParts {
            pieces.append(body[start...])
        }
        return pieces
    }

    /// Whether a line with this after its boundary is the last one; nil where it is no such line.
    private static func isLast(_ rest: ArraySlice<UInt8>) -> Bool? {
        let isLast = rest.starts(with: "--".utf8)
        return (isLast ? rest.dropFirst(2) : rest).allSatisfy(\.isASCIIWhitespace) ? isLast : nil
    }

    /// The line end before a boundary belongs to the boundary.
    private static func withoutLineEnd(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let bytes = bytes.last == UInt8(ascii: "\n") ? bytes.dropLast() : bytes
        return bytes.last == UInt8(ascii: "\r") ? bytes.dropLast() : bytes
    }
}
