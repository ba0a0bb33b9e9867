internal import JSON
internal import Text

/// The export of another service: JSON, or comma-separated values with the columns' names in the
/// first line (https://www.rfc-editor.org/rfc/rfc4180).
struct ForeignFile {
    let service: ForeignService
    /// The beginning of a sentence about the file.
    let name: String
    private let bytes: [UInt8]

    init(_ bytes: [UInt8], named name: String, of service: ForeignService) {
        self.bytes = bytes
        self.name = name
        self.service = service
    }

    /// The document; nil where the file is not JSON by its first character.
    var document: JSONValue? {
        get throws(Failure) {
            let first = bytes.first { !$0.isASCIIWhitespace }
            guard first == UInt8(ascii: "{") || first == UInt8(ascii: "[") else { return nil }
            do {
                return try JSONValue(parsing: bytes)
            } catch {
                throw Failure(.failed, "\(name) is \(error); nothing was changed.")
            }
        }
    }

    /// The list that the document is, or that a member of it is: of one entry, the member itself.
    func list(_ member: String? = nil) throws(Failure) -> [JSONValue] {
        guard let document = try document else { throw wrong("it is not JSON") }
        guard let member else {
            guard let list = document.array else { throw wrong("it is not a list") }
            return list
        }
        switch document[member] {
        case .array(let list)?: return list
        case .object(let entry)?: return [.object(entry)]
        default: throw wrong("it has no \(member)")
        }
    }

    /// The rows, each as an object of texts.
    func rows(with columns: [String]) throws(Failure) -> [JSONValue] {
        guard try document == nil else { throw wrong("it is JSON") }
        guard let records = Self.records(bytes) else {
            throw wrong("a field in quotation marks does not end")
        }
        let header = (records.first ?? []).map(\.trimmingASCIIWhitespace)
        if let missing = columns.first(where: { !header.contains($0) }) {
            throw wrong("it has no column \(missing)")
        }
        return records.dropFirst().map { record in
            .object(zip(header, record).map { JSONValue.Member($0, .string($1)) })
        }
    }

    func wrong(_ reason: String) -> Failure {
        Failure(
            .failed,
            "\(name) is not an export of \(service.rawValue): \(reason). Nothing was changed.")
    }

    /// The fields of each line (RFC 4180). A field in quotes may hold commas, line ends and doubled
    /// quotes; a quote within a field is one of its characters.
    /// - Returns: nil if a field in quotes does not end.
    static func records(_ bytes: [UInt8]) -> [[String]]? {
        var records: [[String]] = []
        var fields: [String] = []
        var field: [UInt8] = []
        var isQuoted = false
        var index = 0
        func endField() {
            fields.append(String(decoding: field, as: UTF8.self))
            field = []
        }
        func endRecord() {
            endField()
            if fields != [""] { records.append(fields) }
            fields = []
        }
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            switch byte {
            case UInt8(ascii: "\"") where isQuoted && index < bytes.count && bytes[index] == byte:
                field.append(byte)
                index += 1
            case UInt8(ascii: "\"") where isQuoted: isQuoted = false
            case UInt8(ascii: "\"") where field.isEmpty: isQuoted = true
            case UInt8(ascii: ",") where !isQuoted: endField()
            case UInt8(ascii: "\r") where !isQuoted: break
            case UInt8(ascii: "\n") where !isQuoted: endRecord()
            default: field.append(byte)
            }
        }
        endRecord()
        return isQuoted ? nil : records
    }
}

extension JSONValue {
    /// The text of a member; empty where there is none.
    func text(_ name: String) -> String { self[name]?.string?.trimmingASCIIWhitespace ?? "" }

    /// The words of a member, between spaces or commas.
    func words(_ name: String) -> [String] {
        text(name).split { $0 == " " || $0 == "," }.map(String.init)
    }

    /// Whether a member is true, also as a word or a number.
    func flag(_ name: String) -> Bool {
        switch self[name] {
        case .bool(let value)?: value
        case .number("1")?: true
        case .string(let word)?: ["true", "1"].contains(word.asciiLowercased)
        default: false
        }
    }
}
