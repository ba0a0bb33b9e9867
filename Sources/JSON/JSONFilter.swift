internal import Text

/// The items of a list that are left out, because nobody asks for them: in the member `list`, each
/// object that begins with a text in `member` that is not one of the wanted ones. Its syntax is
/// checked like that of the rest.
package struct JSONFilter: Sendable {
    let list: String
    private let member: [UInt8]
    /// The wanted texts in lower case.
    private let wanted: [[UInt8]]

    /// - Parameter wanted: the texts, compared without ASCII case and without white space around
    ///   them.
    package init(list: String, member: String, wanted: [String]) {
        self.list = list
        self.member = Array(member.utf8)
        self.wanted = wanted.map { Array($0.asciiLowercased.utf8) }
    }

    func isMember(_ name: UnsafeBufferPointer<UInt8>) -> Bool { member.elementsEqual(name) }

    func isWanted(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        var text = text[...]
        while text.first?.isASCIIWhitespace == true { text.removeFirst() }
        while text.last?.isASCIIWhitespace == true { text.removeLast() }
        return wanted.contains { name in
            name.count == text.count
                && text.elementsEqual(name) { $0.asciiLowercased == $1 }
        }
    }
}
