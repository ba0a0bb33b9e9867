internal import JSON

/// The server that a mail client sends to: the region's SMTP endpoint
/// (https://docs.aws.amazon.com/general/latest/gr/ses.html).
struct ServerSettings {
    let host: String
    let port: Int

    var members: [JSONValue.Member] {
        [
            .init("host", .string(host)), .init("port", .integer(port)),
            .init("security", "STARTTLS"),
        ]
    }

    var guides: String {
        """

        Gmail        Settings, Accounts and Import, "Send mail as", Add another email address:
                     server and port as above, user and password, "Secured connection using TLS".
        Outlook      File, Add Account, Advanced, "Let me set up my account manually", IMAP:
                     outgoing server and port as above, encryption STARTTLS, user and password.
        Thunderbird  Account Settings, Outgoing Server (SMTP), Add: server and port as above,
                     STARTTLS, "Normal password", user; it asks for the password at the first mail.
        """
    }
}

extension ServerSettings {
    init(region: String) {
        self.init(host: "email-smtp.\(region).amazonaws.com", port: 587)
    }

    /// The server for a command. `SMTP_ENDPOINT_URL` takes precedence; the emulated AWS has an
    /// SMTP endpoint of its own.
    init(_ deployment: Deployment) throws {
        let name = "SMTP_ENDPOINT_URL"
        guard deployment.isLocal || Variable.value(name) != nil else {
            self.init(region: deployment.region)
            return
        }
        let address =
            try Variable.value(name)
            ?? LocalAddresses("smtp", deployment).address(name, of: "SMTP endpoint")
        let parts = address.utf8.split(separator: UInt8(ascii: ":")).map {
            String(decoding: $0, as: UTF8.self)
        }
        guard parts.count == 3, parts[0] == "smtp", parts[1].hasPrefix("//"),
            let port = Int(parts[2]), (1...65_535).contains(port)
        else {
            throw Failure(
                .usage, "\(name) is not an address: set it to smtp://HOST:PORT, or unset it.")
        }
        self.init(
            host: String(decoding: parts[1].utf8.dropFirst(2), as: UTF8.self), port: port)
    }
}
