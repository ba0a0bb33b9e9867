import Foundation
import JSON
import TestSupport
import Testing

struct JSONFuzzTests {
    @Test("Foundation reads what is written, and what Foundation writes is read")
    func roundTrip() throws {
        var random = SeededGenerator(seed: 2)
        for _ in 0..<400 {
            let value = Self.value(levels: 5, &random)
            #expect(try JSONValue(parsing: value.bytes) == value)
            let theirs = try JSONSerialization.jsonObject(
                with: Data(value.bytes), options: .fragmentsAllowed)
            let rewritten = try JSONSerialization.data(
                withJSONObject: theirs, options: .fragmentsAllowed)
            #expect(try JSONValue(parsing: Array(rewritten)).sorted == value.sorted)
        }
    }

    @Test("Both agree on which mutated documents are JSON, and none of them traps")
    func mutated() throws {
        var random = SeededGenerator(seed: 3)
        let trouble = Array(#"{}[]",:\u0eE+-.tfn "#.utf8) + [0x00, 0x0A, 0x1F, 0x7F, 0xC3, 0xFF]
        for _ in 0..<4000 {
            var bytes = Self.value(levels: 4, &random).bytes
            for _ in 0..<Int.random(in: 1...3, using: &random) where !bytes.isEmpty {
                let index = Int.random(in: 0..<bytes.count, using: &random)
                let byte = trouble.randomElement(using: &random) ?? 0
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[index] = byte
                case 1: bytes.insert(byte, at: index)
                case 2: bytes.remove(at: index)
                default: bytes.removeSubrange(index...)
                }
            }
            // Where the bytes are no UTF-8, or there is a surrogate escape, we differ on purpose.
            guard let text = String(validating: bytes, as: UTF8.self), !text.contains("\\u"),
                !text.utf8.contains(0)
            else {
                _ = try? JSONValue(parsing: bytes)
                continue
            }
            let ours = try? JSONValue(parsing: bytes)
            // Foundation refuses a number that no Double holds, too.
            if let ours, !Self.isFinite(ours) { continue }
            let theirs = try? JSONSerialization.jsonObject(
                with: Data(bytes), options: .fragmentsAllowed)
            #expect((ours == nil) == (theirs == nil), "\(text)")
        }
    }

    @Test("Random bytes are read or refused, never a trap")
    func noise() {
        var random = SeededGenerator(seed: 4)
        for _ in 0..<3000 {
            let count = Int.random(in: 0...30, using: &random)
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
            _ = try? JSONValue(parsing: bytes)
            _ = try? JSONValue(parsing: Array("[\"\\u".utf8) + bytes)
            _ = try? JSONValue(parsing: Array("\"\\ud800\\".utf8) + bytes)
        }
    }

    /// A document whose numbers any reader writes as they are, and whose names are distinct.
    private static func value(levels: Int, _ random: inout SeededGenerator) -> JSONValue {
        switch Int.random(in: 0..<(levels > 0 ? 7 : 5), using: &random) {
        case 0: return .null
        case 1: return .bool(Bool.random(using: &random))
        case 2: return .integer(Int.random(in: -1_000_000...1_000_000, using: &random))
        case 3: return .number("\(Int.random(in: 0...99, using: &random)).5")
        case 4: return .string(text(&random))
        case 5:
            return .array(
                (0..<Int.random(in: 0...4, using: &random)).map { _ in
                    value(levels: levels - 1, &random)
                })
        default:
            return .object(
                (0..<Int.random(in: 0...4, using: &random)).map { index in
                    .init("\(index)\(text(&random))", value(levels: levels - 1, &random))
                })
        }
    }

    /// QUIRK: Foundation loses a byte order mark at a string's start.
    private static func text(_ random: inout SeededGenerator) -> String {
        String(random.hostileText().unicodeScalars.filter { $0 != "\u{FEFF}" })
    }

    private static func isFinite(_ value: JSONValue) -> Bool {
        switch value {
        case .number: value.double?.isFinite ?? false
        case .array(let values): values.allSatisfy(isFinite)
        case .object(let members): members.allSatisfy { isFinite($0.value) }
        default: true
        }
    }
}
