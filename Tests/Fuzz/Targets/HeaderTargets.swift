import JSON
import Text

@testable import Mail
@testable import gmail_forwarder

extension FuzzTarget {
    static let headerTargets = [addresses, headerBlock, encodedWords, parameters]

    private static let addresses = FuzzTarget(
        name: "addresses",
        seeds: [
            FuzzInput.seed("Jane Doe <jane+tag@example.org>"),
            FuzzInput.seed(#""A, \"B\" (c)" <"a..b@c"@[192.0.2.1]>, x@y (d(e)f); g: h@i;"#),
            FuzzInput.seed("a@b <c@d>,,<>"), FuzzInput.seed("\"D, J\" (x)", "\"j. d\"@b.org"),
            FuzzInput.seed("=?utf-8?q?a?=", "j.d+e@[192.0.2.1]"),
            FuzzInput.seed("Bücher@xn--bcher-kva.example."),
        ],
        words: ["<", ">", "@", "\"", "\\", "(", ")", ",", ";", ":", "<@a:b@c>", "=?utf-8?q?a?="],
        growing: [
            GrowingInput("", "a#@b.example, ", ""),
            GrowingInput("", "(", ""),
            GrowingInput("", "\"\\", ""),
            GrowingInput("", "<", ""),
            GrowingInput("G:", "A# <a@b>;", ""),
            GrowingInput("a", "+a#", "@b.example"),
            GrowingInput("a@", "b#.", "example"),
        ]
    ) { input in
        // As it is, or as the address behind a name.
        let text = input[1].isEmpty ? input[0] : "\(input[0]) <\(input[1])>"
        let list = AddressList(text)
        require(
            list.addresses.reduce(0) { $0 + $1.utf8.count } <= text.utf8.count,
            "no address is invented")
        for address in list.addresses + [text] { checkAddress(address) }
        guard text.utf8.count <= 500, let sole = EmailAddress(soleIn: text) else { return nil }
        // One line to Python: the header's value, and the only address in it.
        return Array("address\n\(sole.text)\n\(text)".utf8)
    }

    private static func checkAddress(_ text: String) {
        if let address = EmailAddress(text) {
            // One dot at the end goes, and another that was before it would go next.
            let isWhole = address.domain.utf8.last != UInt8(ascii: ".")
            require(!isWhole || EmailAddress(address.text) == address, "an address is read back")
            if let plain = address.withoutTag {
                require(!plain.local.isEmpty && plain.withoutTag == nil, "a tag goes at once")
            }
            require(address.isWithin(domain: address.domain), "within its own domain")
            require(address.senderKeys.count <= 10, "the number of keys")
        }
        for key in RoutingKey.candidates(for: text) {
            require(key.pk.utf8.count <= 2048, "the size of a key")
        }
        guard let mailbox = EmailAddress.mailbox(text) else { return }
        // The longest address has no room for quotation marks.
        let isLongest = mailbox.utf8.count > 320
        let again = EmailAddress.mailbox(mailbox)
        require(again?.hasSameBytes(as: mailbox) ?? isLongest, "one form")
        require(mailbox.isPrintableASCII && mailbox.utf8.count <= 322, "a mailbox is plain")
        let outside = mailbox.utf8.first == UInt8(ascii: "\"") ? "" : mailbox
        require(!outside.utf8.contains { " <>,;()\"".utf8.contains($0) }, "no separator")
        let suffix = Mailbox(destination: mailbox).parameterSuffix
        require(
            suffix.utf8.allSatisfy { $0.isASCIIAlphanumeric || "_.-".utf8.contains($0) },
            "the name of a parameter")
    }

    private static let headerBlock = FuzzTarget(
        name: "header-block",
        seeds: [
            FuzzInput.seed("Message-ID: <1@example.org>\r\nFrom: a@b\r\n\r\nbody"),
            FuzzInput.seed("\u{FEFF}message-id :\r\n\t<>\r\n x\nSubject: a\n b\n\nMessage-ID: 1"),
            FuzzInput.seed("From me Sat Jan 18\nTo: a\nno field\n folded\n:\n\r\n"),
        ],
        words: ["Message-ID", ":", "\r\n ", "\n\t", "\n\n", "\r\n\r\n", "From ", "<>", "\u{FEFF}"],
        takesMails: true,
        growing: [
            GrowingInput("From: ", "a#@b.example,", "\r\n\r\n"),
            GrowingInput("", "Message-ID:\r\n", "\n"),
            GrowingInput("From: x\r\n", " a\r\n", "\n"),
            GrowingInput("", "From: a#@b\r\n", "\r\n"),
            GrowingInput("", "\u{FEFF}", ""),
            GrowingInput("", "X# \n", "\n"),
        ]
    ) { input in
        let bytes = input.bytes
        let block = HeaderBlock(bytes)
        require((0...bytes.count).contains(block.bodyStart), "the body's place")
        let whole = HeaderBlock(ofWhole: bytes[...])
        require((0...bytes.count).contains(whole.bodyStart), "the part's body's place")
        require(whole.bodyStart <= block.bodyStart || !block.isWhole, "a part's header is shorter")
        for field in block.fields + whole.fields {
            require(field.name.utf8.allSatisfy { 0x21...0x7E ~= $0 }, "a name is plain")
            require(!field.value.utf8.contains(0x0A), "a value is one line")
        }
        let headers = MailHeaders(block.fields)
        _ = headers.addresses(in: "From")
        checkSearch(bytes, block)
        return nil
    }

    /// The search gives the same answer for chunks of any size, and that of the whole header.
    private static func checkSearch(_ bytes: [UInt8], _ block: HeaderBlock) {
        for findsAll in [false, true] {
            var once = MessageIDSearch(findsAll: findsAll)
            once.read(bytes[...])
            once.finish()
            let chunk = 1 + bytes.count % 7
            var pieces = MessageIDSearch(findsAll: findsAll)
            for start in stride(from: 0, to: bytes.count, by: chunk) where !pieces.isFinished {
                pieces.read(bytes[start..<min(start + chunk, bytes.count)])
            }
            pieces.finish()
            require(once.answer == pieces.answer, "chunks change no answer")
            require(once.fieldOffsets == pieces.fieldOffsets, "chunks change no places")
            for offset in once.fieldOffsets ?? [] {
                // A byte order mark may stand within.
                let name = bytes[Int(offset)...].prefix(40).map(\.asciiLowercased)
                require(name.first == UInt8(ascii: "m"), "the place of a field")
            }
            let hasValue = block.fields.contains { field in
                field.name.equalsIgnoringASCIICase("Message-ID")
                    && field.value.utf8.contains { !" <>\t\r".utf8.contains($0) }
            }
            // The block also takes a name apart from bytes that no name has.
            if once.answer == .found { require(hasValue || !block.isWhole, "both find it") }
        }
    }

    private static let encodedWords = FuzzTarget(
        name: "encoded-words",
        seeds: [
            FuzzInput.seed("=?UTF-8?B?w6lsw6l2ZQ==?= =?utf-8?q?_a=3D?="),
            FuzzInput.seed("=?windows-1252*en?Q?=93a=94?=\r\n =?iso-8859-15?b?pA?= b"),
            FuzzInput.seed("Quarterly figures"), FuzzInput.seed("日本語 é 😀 \u{202E}"),
        ],
        words: ["=?", "?=", "?B?", "?Q?", "utf-8", "iso-8859-1", "=?utf-8?b?", "=?utf-8?q?", "_"],
        growing: [
            GrowingInput("", "=?", ""),
            GrowingInput("", "=?utf-8?q?a?= ", ""),
            GrowingInput("", "=?utf-8?b?", ""),
            GrowingInput("=?utf-8?q?a?=", " ", "=?utf-8?q?a?="),
            GrowingInput("", "é #", ""),
            GrowingInput("", "?=", ""),
        ]
    ) { input in
        let text = input.text
        _ = EncodedWord.decoded(text)
        let words = EncodedWord.words(for: text)
        require(words.allSatisfy { $0.utf8.count <= 75 && $0.isPrintableASCII }, "words are short")
        let decoded = EncodedWord.decoded(words.joined(separator: "\r\n "))
        require(decoded.hasSameBytes(as: text), "what is encoded is decoded")
        let field = HeaderField.text("Subject", label: "Label:", text)
        checkField(field, "Subject")
        checkField(HeaderField.structured("X", text), "X")
        // The text as it is shown; spaces in a row count as one where nothing is encoded.
        let unfolded = field.dropFirst("Subject:".count).utf8.filter { $0 != 0x0D && $0 != 0x0A }
        let read = EncodedWord.decoded(String(decoding: unfolded, as: UTF8.self))
        require(read.words == "Label: \(text.visible)".words, "a field is read back")
        return Array("subject\n\(text.visible)\n\(field)".utf8)
    }

    /// One field: ASCII, lines that fold, and no other field in it.
    static func checkField(_ field: String, _ name: String) {
        let lines = field.utf8.split(separator: 0x0A, omittingEmptySubsequences: false)
        require(lines.last?.isEmpty == true, "a field ends its line")
        for (number, line) in lines.dropLast().enumerated() {
            require(line.last == 0x0D && line.count <= 999, "a line's end and length")
            require(line.dropLast().allSatisfy { 0x20...0x7E ~= $0 }, "a line is plain")
            require(number == 0 || line.first == 0x20, "a line goes on")
            require(line.contains { $0 != 0x20 && $0 != 0x0D }, "no line is empty")
        }
        require(field.utf8.starts(with: "\(name):".utf8), "the name")
    }

    private static let parameters = FuzzTarget(
        name: "parameters",
        seeds: [
            FuzzInput.seed("text/plain; charset=\"utf-8\"; name*0*=utf-8'en'%C3%A9; name*1=a"),
            FuzzInput.seed("attachment; filename=\"=?utf-8?q?a?=\"; filename*=iso-8859-1''%E9"),
            FuzzInput.seed("multipart/mixed; boundary=\"a;\\\"b\" (c)", "value é;\""),
        ],
        words: ["; name=", "*0*=", "*1=", "*=", "''", "utf-8''", "%C3", "\"", "\\", "boundary="],
        growing: [
            GrowingInput("a/b", "; name*#=a", ""),
            GrowingInput("a/b", "; name*#*=%C3", ""),
            GrowingInput("a/b; name=\"", "\\", "\""),
            GrowingInput("a/b", ";=\"", ""),
            GrowingInput("a/b; name*=''", "%", ""),
        ]
    ) { input in
        let value = ContentValue(input[0])
        require(value.value.utf8.count <= input[0].utf8.count, "no value is invented")
        for name in ["name", "filename", "charset", "boundary"] { _ = value[name] }
        let text = input[1]
        let quoted = text.utf8.flatMap { byte -> [UInt8] in
            byte == 0x22 || byte == 0x5C ? [0x5C, byte] : [byte]
        }
        let plain = ContentValue("a/b; c=1; name=\"\(String(decoding: quoted, as: UTF8.self))\"")
        let expected = EncodedWord.decoded(text)
        require(plain["name"]?.hasSameBytes(as: expected) == true, "a quoted text is read back")
        let encoded = PercentEncoding.encode(text)
        let extended = ContentValue("a/b; name*=utf-8''\(encoded)")
        require(extended["name"]?.hasSameBytes(as: text) == true, "RFC 2231 is read back")
        let half = encoded.utf8.count / 2
        let split = ContentValue(
            "a/b; name*1*=\(encoded.dropFirst(half)); name*0*=utf-8''\(encoded.prefix(half))")
        if !encoded.utf8.contains(0x25) {
            require(split["name"]?.hasSameBytes(as: text) == true, "two segments are one text")
        }
        return nil
    }
}

extension String {
    /// The words between spaces.
    fileprivate var words: [[UInt8]] { utf8.split(separator: 0x20).map(Array.init) }
}
