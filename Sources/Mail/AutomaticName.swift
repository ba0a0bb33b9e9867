/// The names before the `@` behind which no person reads, in all their spellings.
enum AutomaticName {
    /// Whether the address is one that reports come from: mailer-daemon or postmaster, with or
    /// without a tag.
    static func isMailSystem(_ address: EmailAddress) -> Bool {
        isMailSystem(address.withoutTag?.local ?? address.local)
    }

    /// Whether this is such a name, in ASCII lower case.
    static func isMailSystem(_ local: String) -> Bool {
        let name = unquoted(local)
        return rest(of: name, after: ["mailer", "daemon"])?.isEmpty
            ?? name.elementsEqual("postmaster".utf8)
    }

    /// Whether the address is one that takes no answers: `noreply`, `no_reply`, `do-not-reply`, or
    /// one of these followed by something other than a letter, such as `noreply-orders`.
    static func isNoReply(_ address: EmailAddress) -> Bool {
        let name = unquoted(address.local)
        return noReplies.contains { words in
            guard let rest = rest(of: name, after: words) else { return false }
            return rest.first.map { !(UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0) } ?? true
        }
    }

    private static let noReplies = [
        ["no", "reply"], ["do", "not", "reply"], ["dont", "reply"], ["don't", "reply"],
    ]

    /// The rest of the name after these words, between which there may be hyphens, underlines, dots
    /// and spaces; nil if the name does not begin with them.
    private static func rest(of name: [UInt8], after words: [String]) -> ArraySlice<UInt8>? {
        var rest = name[...]
        for (index, word) in words.enumerated() {
            if index > 0 { rest = rest.drop { "-_. ".utf8.contains($0) } }
            guard rest.starts(with: word.utf8) else { return nil }
            rest = rest.dropFirst(word.utf8.count)
        }
        return rest
    }

    /// `"no-reply"` is the same name as `no-reply` (RFC 5321 §4.1.2).
    private static func unquoted(_ local: String) -> [UInt8] {
        let bytes = Array(local.utf8)
        guard bytes.count > 2, bytes.first == UInt8(ascii: "\""), bytes.last == bytes.first else {
            return bytes
        }
        return bytes.dropFirst().dropLast().filter { $0 != UInt8(ascii: "\\") }
    }
}
