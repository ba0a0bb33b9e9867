import Mail
import Text

extension FuzzTarget {
    static let textTargets = [
        FuzzTarget(
            name: "encodings",
            seeds: [FuzzInput.seed("a%40b%2"), FuzzInput.seed("TWFu====\r\nTQ==")],
            words: ["%2", "%25", "==", "====", "+"]
        ) { input in
            let bytes = input.bytes
            require(Base64.decode(Array(Base64.encode(bytes).utf8)) == bytes, "base64")
            require(Base64.decodeLines(Array(Base64.encode(bytes).utf8)[...]) == bytes, "lines")
            if let decoded = Base64.decode(bytes) {
                require(Base64.decodeLines(bytes[...]) == decoded, "both decoders agree")
                require(decoded.count <= bytes.count / 4 * 3, "size")
            }
            _ = Base64.decodeLines(bytes[...])
            let escaped = PercentEncoding.encode(bytes)
            require(PercentEncoding.bytes(escaped.utf8) == bytes, "percent")
            require(
                escaped.utf8.allSatisfy { PercentEncoding.isUnreserved($0) || $0 == 0x25 },
                "percent is plain")
            require(PercentEncoding.bytes(bytes).count <= bytes.count, "size")
            require(Hex.encode(bytes).utf8.count == bytes.count * 2, "hex")
            return nil
        },
        FuzzTarget(
            name: "text-and-time",
            seeds: [
                FuzzInput.seed("2025-01-18T10:00:00.123Z"),
                FuzzInput.seed("Sun, 06 Nov 1994 08:49:37 GMT"),
                FuzzInput.seed(" Kelvin \u{212A} "),
            ], words: ["T", "Z", ".", "GMT", "Jan", "0000-00-00", "+00:00", "9999-12-31"]
        ) { input in
            let text = input.text
            require(text.asciiLowercased.utf8.count == text.utf8.count, "case changes no length")
            let lowered = text.asciiLowercased
            require(text.equalsIgnoringASCIICase(lowered), "case is ignored")
            for count in [0, 1, 2, 3, 7, text.utf8.count / 2] {
                let cut = text.cut(atBytes: count)
                require(cut.utf8.count <= count && text.utf8.starts(with: cut.utf8), "cut")
                require(text.cut(atScalars: count).unicodeScalars.count <= count, "scalars")
            }
            let trimmed = text.trimmingASCIIWhitespace
            require(trimmed.trimmingASCIIWhitespace.hasSameBytes(as: trimmed), "trimmed once")
            require(trimmed.utf8.first?.isASCIIWhitespace != true, "trimmed")
            if let time = UTCTime(rfc3339: text) {
                require(
                    time.rfc3339.utf8.prefix(19).elementsEqual(text.utf8.prefix(19)), "the time")
                require(UTCTime(rfc3339: time.rfc3339Milliseconds) == time, "the time again")
                require(time.rfc5322.utf8.count == 31, "the date of a mail")
            }
            if let time = UTCTime(httpDate: text) {
                let date = time.rfc5322.utf8.dropFirst(5).prefix(20)
                require(text.utf8.suffix(24).prefix(20).elementsEqual(date), "the date")
            }
            if let end = RuleEnd(text) {
                let form = String(text.utf8.prefix(19)).map { "\($0)Z" }
                require(end.text == form && [20, 25].contains(text.utf8.count), "a rule's end")
            }
            let needle = Array(input[1].utf8)
            if let found = input.bytes[...].firstRange(ofBytes: needle) {
                require(input.bytes[found].elementsEqual(needle), "found bytes")
            } else {
                require(!needle.isEmpty, "nothing is everywhere")
            }
            return nil
        },
    ]
}
