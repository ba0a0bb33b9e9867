import Glibc

/// The time that a target takes for an input, and for one of the same kind that is sixteen times
/// as long: where the time grows with the square, it is 256 times as much.
struct Growth {
    private static let factor = 16
    private static let byteCount = 16_384
    private static let mostTimes = 64.0
    /// Less is noise of the machine.
    private static let leastSeconds = 0.1

    private let target: FuzzTarget
    private let input: FuzzInput

    init(of target: FuzzTarget, with input: FuzzInput) {
        self.target = target
        self.input = input
    }

    func check() {
        let small = seconds(Growth.byteCount)
        let large = seconds(Growth.byteCount * Growth.factor)
        guard large > Growth.leastSeconds, large > small * Growth.mostTimes else { return }
        // Once more, in case something else had the processor.
        let times = seconds(Growth.byteCount * Growth.factor) / seconds(Growth.byteCount)
        require(times < Growth.mostTimes, "16 times the bytes take \(Int(times)) times as long")
    }

    private func seconds(_ byteCount: Int) -> Double {
        let bytes = target.grown?(input, byteCount) ?? input.repeated(to: byteCount)
        let larger = FuzzInput(bytes)
        let start = Growth.processorSeconds()
        _ = target.check(larger)
        return max(Growth.processorSeconds() - start, 1e-6)
    }

    private static func processorSeconds() -> Double {
        Double(clock()) / 1_000_000
    }
}
