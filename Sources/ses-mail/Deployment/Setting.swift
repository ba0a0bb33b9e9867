internal import AWS
internal import HTTP
internal import Process
internal import Text

/// Checks of settings. Without them, a wrong setting would look like a broken network.
enum Setting {
    /// Checks that every `AWS_ENDPOINT_URL` and `AWS_ENDPOINT_URL_{SERVICE}` is an address.
    static func checkEndpoints() throws(Failure) {
        for (name, value) in Environment.variables.sorted(by: { $0.key < $1.key })
        where name.hasPrefix("AWS_ENDPOINT_URL") && !value.isEmpty {
            guard isAddress(value) else {
                throw Failure(
                    .usage,
                    "\(name) is not an address: set it to one like https://HOST or "
                        + "http://HOST:PORT, or unset it.")
            }
        }
    }

    private static func isAddress(_ text: some StringProtocol) -> Bool {
        guard let scheme = ["http://", "https://"].first(where: text.hasPrefix) else {
            return false
        }
        let rest = text.dropFirst(scheme.count)
        return rest.first.map { $0 != "/" && $0 != ":" } ?? false && isWord(rest)
    }

    static func checkRegion(_ region: String, from name: String) throws(Failure) {
        guard isRegion(region) else {
            throw Failure(
                .usage,
                "The region of \(name) is not valid (\(region.prefix(40))): give one like "
                    + "eu-west-1.")
        }
    }

    /// Whether the text has the form `ap-southeast-2`: words of letters, then a number.
    static func isRegion(_ region: String) -> Bool {
        let parts = region.utf8.split(
            separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        return parts.count >= 3
            && parts.dropLast().allSatisfy { part in
                !part.isEmpty && part.allSatisfy(\.isASCIISmall)
            }
            && parts.last?.isEmpty == false
            && parts.last?.allSatisfy(\.isASCIIDigit) == true
    }

    /// Whether the text has the form of an account: twelve digits.
    static func isAccount(_ text: String) -> Bool {
        text.utf8.count == 12 && text.utf8.allSatisfy(\.isASCIIDigit)
    }

    /// Checks that each key can stand in a header.
    static func check(_ credentials: Credentials, from source: String) throws(Failure) {
        let keys = [
            ("access key id", credentials.accessKeyID),
            ("secret access key", credentials.secretAccessKey.value),
            ("session token", credentials.sessionToken?.value ?? "-"),
        ]
        for (name, key) in keys where key.contains("\"") || key.contains("'") {
            throw Failure(
                .usage,
                "The \(name) of \(source) is in quotation marks, which no key has: set it without "
                    + "them.")
        }
        for (name, key) in keys where !isWord(key) {
            throw Failure(
                .usage,
                "The \(name) of \(source) has a character that no key has, such as a space or a "
                    + "line break: set it again.")
        }
    }

    private static func isWord(_ text: some StringProtocol) -> Bool {
        text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }
}

/// The value of an environment variable. An empty one is not set.
enum Variable {
    static func value(_ name: String) -> String? {
        Environment.process.optional(name)
    }

    /// The environment of the programs that are asked: this process's variables without AWS's empty
    /// ones, for which the AWS CLI would look for a profile without a name.
    static var ofPrograms: [String: String] {
        Environment.variables.filter { !$0.key.hasPrefix("AWS_") || !$0.value.isEmpty }
    }
}
