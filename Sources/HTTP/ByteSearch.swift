extension ArraySlice<UInt8> {
    /// Where these bytes stand first, or nil.
    package func firstRange(ofBytes needle: [UInt8]) -> Range<Int>? {
        guard let first = needle.first, count >= needle.count else { return nil }
        for start in startIndex...(endIndex - needle.count) where self[start] == first {
            let end = start + needle.count
            if self[start..<end].elementsEqual(needle) { return start..<end }
        }
        return nil
    }
}

extension String {
    /// Whether the other text's bytes stand somewhere in this one's.
    package func containsBytes(of other: String) -> Bool {
        Array(utf8)[...].firstRange(ofBytes: Array(other.utf8)) != nil
    }
}
