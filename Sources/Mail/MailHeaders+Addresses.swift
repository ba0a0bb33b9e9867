/// The addresses that a mail's header names.
extension MailHeaders {
    /// The addresses in all fields of that name, each once. What is no address is left out.
    package func addresses(in name: String) -> [EmailAddress] {
        // A stranger's list may be long: no address is compared with all others.
        var seen: Set<[UInt8]> = []
        return values(of: name).flatMap { AddressList($0).addresses }
            .compactMap { EmailAddress(strict: $0) }
            .filter { seen.insert(Array($0.text.utf8)).inserted }
    }
}
