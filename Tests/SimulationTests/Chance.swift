import TestSupport

/// The dice of one history. A throw depends on the seed and on what it decides, and not on the
/// throws before it, so that one mishap can be left out while all others stay as they are.
struct Chance {
    /// What a throw decides.
    enum Subject: UInt64 {
        case plan, duration, fault, faultKind, kill, overlap, duplicate, delay, lostDelete
        case skew, pause, lateness, echo, twoRoutes, unprocessed
    }

    /// One thing that went wrong, or one thing that somebody did.
    struct Mishap {
        let id: UInt64
        let text: String
    }

    let seed: UInt64
    /// The mishaps that do not happen this time.
    let leftOut: Set<UInt64>
    /// Whether nothing goes wrong any more.
    var isCalm = false
    private(set) var mishaps: [Mishap] = []

    init(seed: UInt64, leaving leftOut: Set<UInt64> = []) {
        self.seed = seed
        self.leftOut = leftOut
    }

    /// Random bits for the subject, the same each time.
    func bits(_ subject: Subject, _ first: UInt64, _ second: UInt64 = 0) -> UInt64 {
        var generator = SeededGenerator(seed: seed &* 0x9E37_79B9 &+ subject.rawValue)
        generator = SeededGenerator(seed: generator.next() ^ first)
        generator = SeededGenerator(seed: generator.next() ^ second)
        return generator.next()
    }

    /// A number from 0 up to 1.
    func share(_ subject: Subject, _ first: UInt64, _ second: UInt64 = 0) -> Double {
        Double(bits(subject, first, second) >> 11) / Double(1 << 53)
    }

    /// Whether a mishap of that probability happens. One that does is noted.
    mutating func happens(
        _ subject: Subject, _ first: UInt64, _ second: UInt64 = 0, probability: Double,
        _ text: @autoclosure () -> String
    ) -> Bool {
        guard !isCalm, probability > 0 else { return false }
        let bits = bits(subject, first, second)
        guard Double(bits >> 11) / Double(1 << 53) < probability else { return false }
        return isAllowed(bits, text())
    }

    /// Whether a mishap that is part of the plan happens. It is noted.
    mutating func isAllowed(_ id: UInt64, _ text: @autoclosure () -> String) -> Bool {
        guard !leftOut.contains(id) else { return false }
        mishaps.append(Mishap(id: id, text: text()))
        return true
    }
}
