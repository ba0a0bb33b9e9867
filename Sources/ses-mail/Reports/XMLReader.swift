internal import CExpat
internal import Mail
internal import Text

/// An element of a document, without its attributes.
struct XMLElement: Equatable {
    /// Without the prefix of its namespace.
    let name: String
    /// Without the white space around it.
    let text: String
    let children: [XMLElement]

    /// The first child of that name.
    subscript(name: String) -> XMLElement? { children.first { $0.name == name } }

    func all(_ name: String) -> [XMLElement] { children.filter { $0.name == name } }
}

/// A reader of XML that strangers wrote, on expat. It refuses a document type, and with it every
/// entity that a document could define; it holds one child of the root element at a time.
final class XMLReader {
    /// What is done with each child of the root element.
    typealias Take = (XMLElement) throws(ReportFault) -> Void

    private struct Open {
        let name: String
        var text: [UInt8] = []
        var children: [XMLElement] = []
    }

    private let rootName: String
    private let take: Take
    /// The root element's prefix. Elements of another namespace are left out.
    private var prefix = ""
    private var open: [Open] = []
    /// The levels below an element that is left out, and that one.
    private var skippedDepth = 0
    /// The elements of the root element's child that is being read.
    private var countOfChild = 0
    private var fault: ReportFault?
    private let parser: XML_Parser

    /// Reads a whole document.
    /// - Parameter root: the name that its root element must have.
    static func read(_ bytes: [UInt8], root: String, take: @escaping Take) throws(ReportFault) {
        guard let parser = XML_ParserCreate(nil) else {
            throw ReportFault("there is no memory to read it")
        }
        defer { XML_ParserFree(parser) }
        try XMLReader(parser, root: root, take: take).read(bytes)
    }

    private init(_ parser: XML_Parser, root: String, take: @escaping Take) {
        self.parser = parser
        rootName = root
        self.take = take
    }

    private func read(_ bytes: [UInt8]) throws(ReportFault) {
        XML_SetUserData(parser, Unmanaged.passUnretained(self).toOpaque())
        XML_SetElementHandler(
            parser, { reader, name, _ in XMLReader.at(reader).begin(name) },
            { reader, _ in XMLReader.at(reader).end() })
        XML_SetCharacterDataHandler(parser) { reader, text, count in
            XMLReader.at(reader).append(text, Int(count))
        }
        XML_SetStartDoctypeDeclHandler(parser) { reader, _, _, _, _ in
            XMLReader.at(reader).stop(
                "its XML has a document type, which may define entities without end")
        }
        XML_SetUnknownEncodingHandler(
            parser, { reader, name, encoding in XMLReader.at(reader).decode(name, encoding) },
            Unmanaged.passUnretained(self).toOpaque())
        let isRead = withExtendedLifetime(self) {
            bytes.withUnsafeBufferPointer {
                sesmail_xml_read(parser, $0.baseAddress, Int32($0.count)) == 1
            }
        }
        if let fault { throw fault }
        if !isRead { throw refusal(of: bytes) }
    }

    private static func at(_ reader: UnsafeMutableRawPointer?) -> XMLReader {
        guard let reader else { preconditionFailure("expat has lost its user data") }
        return Unmanaged<XMLReader>.fromOpaque(reader).takeUnretainedValue()
    }

    private func stop(_ reason: String) { stop(ReportFault(reason)) }

    private func stop(_ fault: ReportFault) {
        if self.fault == nil { self.fault = fault }
        sesmail_xml_stop(parser)
    }
}

/// The document's parts, as expat finds them.
extension XMLReader {
    private func begin(_ qualified: UnsafePointer<CChar>?) {
        guard fault == nil, let qualified else { return }
        countOfChild += 1
        let parts = String(cString: qualified).split(separator: ":")
        let (prefix, name) = (parts.count > 1 ? String(parts[0]) : "", String(parts.last ?? ""))
        if open.isEmpty {
            guard name == rootName else {
                return stop(
                    "its root element is \(name.cut(atBytes: 40)) and not \(rootName)")
            }
            self.prefix = prefix
        }
        guard open.count + skippedDepth < ReportLimits.depth else {
            return stop("its XML is nested deeper than \(ReportLimits.depth) levels")
        }
        guard countOfChild <= ReportLimits.elementsOfRecord else {
            return stop(
                "one record has more than \(ReportLimits.elementsOfRecord.grouped) elements")
        }
        if skippedDepth > 0 || !prefix.isEmpty && prefix != self.prefix {
            skippedDepth += 1
        } else {
            open.append(Open(name: name))
        }
    }

    private func end() {
        guard fault == nil else { return }
        guard skippedDepth == 0 else { return skippedDepth -= 1 }
        guard let last = open.popLast(), !open.isEmpty else { return }
        let element = XMLElement(
            name: last.name,
            text: String(decoding: last.text, as: UTF8.self).trimmingASCIIWhitespace,
            children: last.children)
        guard open.count == 1 else { return open[open.count - 1].children.append(element) }
        countOfChild = 0
        do {
            try take(element)
        } catch {
            stop(error)
        }
    }

    private func append(_ text: UnsafePointer<CChar>?, _ count: Int) {
        // The root element's own text is white space.
        guard fault == nil, skippedDepth == 0, open.count > 1, let text else { return }
        let room = ReportLimits.textBytes - open[open.count - 1].text.count
        let bytes = UnsafeRawBufferPointer(start: text, count: min(count, max(0, room)))
        open[open.count - 1].text += bytes
    }

    /// A character set that expat does not know itself; 0 where we do not know it either.
    private func decode(
        _ name: UnsafePointer<CChar>?, _ encoding: UnsafeMutablePointer<XML_Encoding>?
    ) -> Int32 {
        let label = name.map { String(cString: $0) } ?? ""
        guard let charset = Charset(label: label), let encoding else {
            stop("its XML is in the character set \(label.cut(atBytes: 40)), which is not read")
            return 0
        }
        let scalars = (0..<256).map { byte -> Int32 in
            let text = String(decoding: charset.utf8([UInt8(byte)]), as: UTF8.self)
            return Int32(text.unicodeScalars.first?.value ?? 0)
        }
        sesmail_xml_set_encoding(encoding, scalars)
        return 1
    }

    /// The reason why expat refuses the document.
    private func refusal(of bytes: [UInt8]) -> ReportFault {
        let line = "line \(sesmail_xml_line(parser))"
        switch Int(sesmail_xml_error(parser)) {
        case sesmail_xml_no_elements, sesmail_xml_unclosed_token:
            return ReportFault("its XML ends too early (\(line))")
        case sesmail_xml_invalid_token
        where String(validating: bytes, as: UTF8.self) == nil,
            sesmail_xml_partial_character,
            sesmail_xml_unknown_encoding,
            sesmail_xml_incorrect_encoding:
            return ReportFault("its XML is not in the character set that it names (\(line))")
        case sesmail_xml_invalid_token:
            return ReportFault("its XML is not well-formed (\(line))")
        case sesmail_xml_undefined_entity:
            return ReportFault("its XML uses an entity that XML does not define (\(line))")
        default:
            let words = String(cString: sesmail_xml_error_text(parser))
            return ReportFault("its XML is not well-formed (\(words), \(line))")
        }
    }
}
