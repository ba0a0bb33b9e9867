internal import Mail
internal import Text

/// A file in a mail that may be a report: XML or JSON, packed or not. What it is shows by its first
/// bytes, because many reporters give it a wrong type, or no name.
struct ReportFile {
    private let content: [UInt8]
    /// Whether its name or its type says that it is packed.
    private let isCalledPacked: Bool

    /// The files of a mail that are, or claim to be, reports.
    static func all(in mail: [UInt8]) -> [ReportFile] {
        leaves(of: ReceivedPart(mail)).compactMap(ReportFile.init)
    }

    private static func leaves(of part: ReceivedPart) -> [ReceivedPart] {
        part.parts.isEmpty ? [part] : part.parts.flatMap(leaves)
    }

    private init?(_ part: ReceivedPart) {
        let name = (part.fileName ?? "").asciiLowercased
        let type = part.type
        isCalledPacked =
            [".gz", ".zip", ".gzip"].contains(where: name.hasSuffix)
            || type.containsBytes(of: "zip")
        let isCalledReport =
            isCalledPacked || [".xml", ".json"].contains(where: name.hasSuffix)
            || ["/xml", "/json", "+xml", "+json"].contains(where: type.hasSuffix)
        let content = part.content
        guard isCalledReport || Inflation.isGzip(content) || ZipArchive(content) != nil else {
            return nil
        }
        self.content = content
    }

    /// The text of the report.
    func text() throws(ReportFault) -> [UInt8] {
        guard content.count <= ReportLimits.packedBytes else {
            throw ReportFault("it is larger than \(ReportLimits.packedBytes >> 20) MB")
        }
        let text = try unpacked().drop(while: \.isASCIIWhitespace)
        guard !text.isEmpty else { throw ReportFault("it is empty") }
        // White space before the first character is not XML, but happens.
        return Array(text)
    }

    private func unpacked() throws(ReportFault) -> [UInt8] {
        if Inflation.isGzip(content) { return try Inflation.gunzip(content) }
        if let archive = ZipArchive(content) { return try archive.file() }
        let isText = content.first { !$0.isASCIIWhitespace }.map(Self.openings.contains) ?? true
        guard isText || !isCalledPacked else {
            throw ReportFault("it is neither gzip nor zip, as its name says")
        }
        return content
    }

    /// The first bytes of XML, JSON and byte order marks.
    private static let openings: [UInt8] = [UInt8(ascii: "<"), UInt8(ascii: "{"), 0xEF, 0xFE, 0xFF]
}
