/// The addresses that a mail's header names.
extension MailHeaders {
    /// The addresses in all fields of that name, each once. What is no address is left out.
    package func addresses(in name: String) -> [EmailAddress] {
        var addresses: [EmailAddress] = []
        for text in values(of: name).flatMap({ AddressList($0).addresses }) {
            guard let address = EmailAddress(strict: text), !addresses.contains(address) else {
                continue
            }
            addresses.append(address)
        }
        return addresses
    }
}
