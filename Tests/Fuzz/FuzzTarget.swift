import Mail

/// A reader of what strangers write, and what must be true of it whatever the bytes are.
struct FuzzTarget: Sendable {
    let name: String
    /// The inputs that the fuzzer starts from.
    let seeds: [[UInt8]]
    /// Words of the format, which the fuzzer puts into its inputs.
    var words: [String] = []
    /// Whether whole mails are seeds too.
    var takesMails = false
    /// Inputs that can be of any size, beside those of the corpus, whose fields are repeated.
    var growing: [GrowingInput] = []
    /// Checks one input. Returns what Python's `email` is to read back, if there is any.
    let check: @Sendable (FuzzInput) -> [UInt8]?

    static let all: [FuzzTarget] =
        textTargets + jsonTargets + headerTargets + mailTargets + reportTargets + eventTargets
        + ruleTargets + serviceTargets + commandLineTargets + aggregateTargets
}

/// The bytes of one input, as a whole and as fields: a byte that UTF-8 never has ends each, so that
/// a target can make a valid envelope around hostile fields.
struct FuzzInput {
    static let separator: UInt8 = 0xFF

    let bytes: [UInt8]
    private let fields: [ArraySlice<UInt8>]

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        fields = bytes.split(separator: FuzzInput.separator, omittingEmptySubsequences: false)
    }

    static func seed(_ fields: String...) -> [UInt8] {
        Array(fields.map { Array($0.utf8) }.joined(separator: [separator]))
    }

    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The field at that place; empty where the input has fewer.
    subscript(index: Int) -> String {
        index < fields.count ? String(decoding: fields[index], as: UTF8.self) : ""
    }

    /// The first bytes of a field as switches, a byte each.
    func option(_ index: Int, of field: Int = 0) -> Int {
        guard field < fields.count, index < fields[field].count else { return 0 }
        return Int(fields[field][fields[field].startIndex + index])
    }

    /// The junk delivery that the input stands for: the same input, the same one.
    var junkDelivery: JunkDelivery { bytes.count.isMultiple(of: 2) ? .store : .gmailSpam }

    /// The fields from that place on.
    func rest(from index: Int) -> [String] {
        fields.dropFirst(index).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The same input with each field repeated, so that it has about as many bytes.
    func repeated(_ byteCount: Int) -> [UInt8] {
        let share = byteCount / max(1, fields.count(where: { !$0.isEmpty }))
        let grown = fields.map { field in
            field.isEmpty
                ? [] : Array(repeatElement(field, count: max(1, share / field.count)).joined())
        }
        return Array(grown.joined(separator: [FuzzInput.separator]))
    }
}

/// Ends the process where what must be true is not, so that libFuzzer keeps the input.
func require(
    _ condition: Bool, _ words: @autoclosure () -> String, line: UInt = #line,
    file: StaticString = #fileID
) {
    if !condition { fatalError("\(file):\(line): \(words())") }
}
