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

    package init(_ all: [Sender] = []) {
        self.all = all
    }

    /// - Parameter from: the mail's `fromAddress`.
    init(_ mail: ReceivedMail, from: EmailAddress?) {
        let envelope = EmailAddress(strict: mail.mail.source ?? "")
        let proved = [
            mail.receipt.dmarcVerdict == .pass ? from : nil,
            mail.receipt.spfVerdict == .pass ? envelope : nil,
        ]
        var addresses: [EmailAddress] = []
        for address in [envelope] + (from.map { [$0] } ?? mail.namedInFrom) {
            guard let address, !addresses.contains(address) else { continue }
            addresses.append(address)
        }
        all = addresses.prefix(MailSenders.maximumAddresses).map { address in
            Sender(address, isProved: proved.contains(address))
        }
    }

    /// More From addresses than these are a trick, and each costs keys to look up.
    private static let maximumAddresses = 4
}

extension ReceivedMail {
    /// All addresses in From, as the header and `commonHeaders` have them.
    fileprivate var namedInFrom: [EmailAddress?] {
        let fields = mail.headers?.values(of: "From").filter { $0.utf8.count <= 1000 } ?? []
        return (fields + (mail.commonHeaders?.from ?? []))
            .flatMap { AddressList($0).addresses }.map { EmailAddress(strict: $0) }
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

/// What a sender's row stands for.
enum SenderScope: Equatable {
    case address
    /// An address that the sender's has with a tag: only a block counts.
    case addressWithTags
    case domain
}
