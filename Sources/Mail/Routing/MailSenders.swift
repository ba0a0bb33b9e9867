/// The addresses that a mail names as its senders: those in From, and the envelope's.
package struct MailSenders: Equatable, Sendable {
    package struct Sender: Equatable, Sendable {
        package let address: EmailAddress
        /// Whether SES proved the address: in From by DMARC, in the envelope by SPF.
        package let isProved: Bool

        package init(_ address: EmailAddress, isProved: Bool) {
            self.address = address
            self.isProved = isProved
        }
    }

    package let all: [Sender]

    /// The senders whose rows are looked up. More addresses than these are a trick, and each costs
    /// keys.
    package var lookedUp: ArraySlice<Sender> { all.prefix(4) }

    package init(_ all: [Sender] = []) {
        self.all = all
    }

    /// - Parameter from: the mail's `fromAddress`.
    init(_ mail: ReceivedMail, from: EmailAddress?) {
        let envelope = mail.mail.source ?? ""
        let proved = [
            mail.receipt.dmarcVerdict == .pass ? from : nil,
            mail.receipt.spfVerdict == .pass ? EmailAddress(strict: envelope) : nil,
        ]
        var senders: [Sender] = []
        var seen: Set<[UInt8]> = []
        let named = from.map { [$0] } ?? mail.namedInFrom.compactMap(MailSenders.address)
        for address in [MailSenders.address(envelope)].compactMap(\.self) + named
        where seen.insert(Array(address.text.utf8)).inserted {
            senders.append(Sender(address, isProved: proved.contains(address)))
        }
        all = senders
    }

    /// An address that a row may name. It need not be one that mail can be sent to: a sender would
    /// choose one that is not, and step around a block of its domain.
    private static func address(_ text: String) -> EmailAddress? {
        text.utf8.count <= 320 && text.isPrintableASCII ? EmailAddress(text) : nil
    }
}

extension ReceivedMail {
    /// All addresses in From, as the header and `commonHeaders` have them.
    fileprivate var namedInFrom: [String] {
        let fields = mail.headers?.values(of: "From").filter { $0.utf8.count <= 1000 } ?? []
        return (fields + (mail.commonHeaders?.from ?? [])).flatMap { AddressList($0).addresses }
    }
}

extension EmailAddress {
    /// The keys under which the table may have a word on this sender, the most specific first.
    var senderKeys: [(key: String, standsFor: SenderScope)] {
        var keys: [(key: String, standsFor: SenderScope)] = [("SENDER#\(text)", .address)]
        if let withoutTag { keys.append(("SENDER#\(withoutTag.text)", .addressWithTags)) }
        return keys + parentDomains.map { ("SENDER#*@\($0)", .domain) }
    }

    /// The domain and its parents of two labels and more, eight at most. The widest are kept: of a
    /// name with many labels a sender may invent the first ones.
    private var parentDomains: [String] {
        let name = domain.utf8
        guard name.first != UInt8(ascii: "[") else { return [] }
        let dots = name.indices.filter { name[$0] == UInt8(ascii: ".") }
        guard !dots.isEmpty else { return [] }
        let starts = [name.startIndex] + dots.dropLast().map(name.index(after:))
        return starts.suffix(8).map { String(domain[$0...]) }
    }
}

/// The meaning of a sender's row.
enum SenderScope: Equatable {
    case address
    /// The sender's address without its tag: only a block of it counts.
    case addressWithTags
    case domain
}
