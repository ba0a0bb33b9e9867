internal import Text

/// A pattern of senders: `a@b.example` for one address, `*@b.example` for all at a domain and at
/// those below it. Compared in ASCII lower case.
package struct SenderPattern: Equatable, Sendable {
    private let address: EmailAddress

    /// - Returns: nil for `*` alone or within a name, for a domain of one label and for a text that
    ///   is not an address.
    package init?(_ text: String) {
        guard let address = EmailAddress(strict: text), address.domain.utf8.first != 0x5B,
            address.domain.utf8.contains(UInt8(ascii: ".")),
            address.local.hasSameBytes(as: "*") || !address.local.utf8.contains(UInt8(ascii: "*"))
        else { return nil }
        self.address = address
    }

    package var text: String { address.text }

    /// The partition key of the verdict on these senders.
    package var key: String { "\(SenderVerdict.keyPrefix)\(text)" }

    /// Whether the pattern stands for a domain.
    package var isDomain: Bool { address.local.hasSameBytes(as: "*") }

    /// - Parameter withTags: whether `a@b` stands for `a+tag@b`, too.
    package func matches(_ sender: EmailAddress, withTags: Bool) -> Bool {
        if isDomain { return sender.isWithin(domain: address.domain) }
        return sender == address || withTags && sender.withoutTag == address
    }
}

/// The senders that a rule is for, and the action for mail from others.
package struct SenderCondition: Equatable, Sendable {
    package enum Otherwise: String, CaseIterable, Sendable {
        case store
        case bounce
        case junk
    }

    /// The only senders that are let in, where their address is proved; nil lets all in.
    package var only: [SenderPattern]?
    /// The senders that are kept out, proved or not.
    package var not: [SenderPattern]
    package var otherwise: Otherwise

    package init(
        only: [SenderPattern]? = nil, not: [SenderPattern] = [], otherwise: Otherwise = .store
    ) {
        self.only = only
        self.not = not
        self.otherwise = otherwise
    }

    package static let maximumPatterns = 200

    /// Whether one of the mail's senders is let in, and none is kept out.
    package func accepts(_ senders: MailSenders) -> Bool {
        let isKeptOut = senders.all.contains { sender in
            not.contains { $0.matches(sender.address, withTags: true) }
        }
        guard !isKeptOut else { return false }
        guard let only else { return true }
        return senders.all.contains { sender in
            sender.isProved && only.contains { $0.matches(sender.address, withTags: false) }
        }
    }
}
