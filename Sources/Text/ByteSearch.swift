extension ArraySlice<UInt8> {
    /// The first place of these bytes, or nil. No bytes at all stand at the start.
    package func firstRange(ofBytes needle: [UInt8]) -> Range<Int>? {
        let offset = withUnsafeBufferPointer { bytes in
            needle.withUnsafeBufferPointer { ByteSearch.firstOffset(of: $0, in: bytes) }
        }
        return offset.map { startIndex + $0..<startIndex + $0 + needle.count }
    }
}

extension String {
    /// Whether the bytes of the other text occur in this one.
    package func containsBytes(of other: String) -> Bool {
        var (text, other) = (self, other)
        return text.withUTF8 { text in
            other.withUTF8 { ByteSearch.firstOffset(of: $0, in: text) != nil }
        }
    }
}

/// The search for bytes within bytes.
private enum ByteSearch {
    static func firstOffset(
        of needle: UnsafeBufferPointer<UInt8>, in bytes: UnsafeBufferPointer<UInt8>
    ) -> Int? {
        guard let first = needle.first else { return 0 }
        guard bytes.count >= needle.count else { return nil }
        return (0...bytes.count - needle.count).first { start in
            bytes[start] == first && bytes[start...].starts(with: needle)
        }
    }
}
