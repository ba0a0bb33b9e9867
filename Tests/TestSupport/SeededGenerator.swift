/// "Random" numbers that are the same each time (splitmix64).
package struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    package init(seed: UInt64) {
        state = seed
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A text of up to `maximumScalars` scalars, many of which are trouble.
    package mutating func hostileText(maximumScalars: Int = 24) -> String {
        let trouble: [Unicode.Scalar] = [
            "\r", "\n", "\0", "\t", " ", "\u{7F}", "\u{85}", "\u{2028}", "\u{202E}", "\u{FEFF}",
            "é", "\u{301}", "\u{212A}", "😀", "日", "@", "+", "\"", "\\", "<", ">", "&", "=", "?",
            "*", ".", ":", ";", ",", "(", "a", "B", "0", "-",
        ]
        var text = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0...maximumScalars, using: &self) {
            text.append(trouble[Int.random(in: 0..<trouble.count, using: &self)])
        }
        return String(text)
    }
}
