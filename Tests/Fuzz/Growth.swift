import Glibc

/// An input of any size: a beginning, a piece that is repeated, and an end. `#` is the piece's
/// number, and in the end how many there are.
struct GrowingInput: Sendable {
    private let start, piece, end: String

    init(_ start: String, _ piece: String, _ end: String) {
        (self.start, self.piece, self.end) = (start, piece, end)
    }

    func bytes(_ byteCount: Int) -> [UInt8] {
        var bytes = GrowingInput.fields(start)
        var count = 0
        while bytes.count < byteCount {
            bytes += numbered(piece, count)
            count += 1
        }
        return bytes + numbered(end, count)
    }

    private func numbered(_ text: String, _ number: Int) -> [UInt8] {
        let pieces = GrowingInput.fields(text)
            .split(separator: UInt8(ascii: "#"), omittingEmptySubsequences: false)
        return Array(pieces.joined(separator: Array("\(number)".utf8)))
    }

    /// The bytes of the text, in which U+001E ends a field.
    private static func fields(_ text: String) -> [UInt8] {
        text.utf8.map { $0 == 0x1E ? FuzzInput.separator : $0 }
    }
}

/// The time that a target takes for an input, and for one of the same kind that is sixteen times
/// as long: where the time grows with the square, it is 256 times as much.
struct Growth {
    private static let factor = 16
    private static let byteCount = 16_384
    private static let mostTimes = 64.0
    /// Less is noise of the machine.
    private static let leastSeconds = 0.1

    let target: FuzzTarget

    /// The target's own growing inputs.
    func check() {
        for (number, input) in target.growing.enumerated() {
            check("growing input \(number)", input.bytes)
        }
    }

    func check(_ input: FuzzInput) {
        check("a repeated input", input.repeated)
    }

    private func check(_ name: String, _ bytes: (Int) -> [UInt8]) {
        let small = seconds(bytes(Growth.byteCount))
        let large = seconds(bytes(Growth.byteCount * Growth.factor))
        guard large > Growth.leastSeconds, large > small * Growth.mostTimes else { return }
        // Once more, in case something else had the processor.
        let times =
            seconds(bytes(Growth.byteCount * Growth.factor)) / seconds(bytes(Growth.byteCount))
        require(
            times < Growth.mostTimes,
            "\(name): 16 times the bytes take \(Int(times)) times as long, \(large) seconds")
    }

    private func seconds(_ bytes: [UInt8]) -> Double {
        let input = FuzzInput(bytes)
        let start = clock()
        _ = target.check(input)
        return max(Double(clock() - start) / 1_000_000, 1e-6)
    }
}
