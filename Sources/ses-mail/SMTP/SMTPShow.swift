internal import AWS
internal import ArgumentParser
internal import HTTP
internal import JSON
internal import SMTPCredentials

/// Shows one credential, and the settings of a mail client.
struct SMTPShow: DeploymentCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a credential, and how to set up a mail client.")

    @Argument(help: Username.help) var user: Username
    @Flag(help: "Decrypt and print the user name and the password.") var reveal = false
    @OptionGroup var options: CommonOptions

    func run(_ deployment: Deployment, _ output: Output) throws {
        Output.progress("reading the credential …")
        let view = try CredentialTable(deployment).existing(user)
        let login = reveal ? try Login(of: view, user, deployment) : nil
        let server = ServerSettings(region: deployment.region)
        if output.isJSON {
            let members = CredentialView.columns.members(view)
            return output.json(.object(members + server.members + (login?.members ?? [])))
        }
        output.record(view, CredentialView.columns)
        output.line("")
        output.table(
            [
                ["host", server.host], ["port", "\(server.port)"], ["security", "STARTTLS"],
                ["user", login?.userName ?? "(hidden; use --reveal)"],
                ["password", login?.password.value ?? "(hidden; use --reveal)"],
            ])
        output.line(server.guides)
    }
}

/// The user name and the password of a mail client.
private struct Login {
    let userName: String
    let password: Secret

    var members: [JSONValue.Member] {
        [.init("user", .string(userName)), .init("password", .string(password.value))]
    }

    init(of view: CredentialView, _ name: Username, _ deployment: Deployment) throws {
        guard let blob = view.encryptedPassword else {
            throw Failure(
                .failed,
                "The credential \(name) has no password yet, because its status is "
                    + "\(view.row.status.text). Look again in a few seconds.")
        }
        let plaintext = try KMS(deployment.session).decrypt(blob, key: deployment.smtpKey)
        // The parser's reason may lie near a secret, and helps nobody.
        let document = try? JSONValue(parsing: plaintext.value)
        guard let userName = document?["access_key_id"]?.string,
            let password = document?["smtp_password"]?.string
        else {
            throw Failure(
                .failed,
                "The encrypted text of the credential \(name) is not a password. Make a new one "
                    + "with: " + deployment.command("smtp rotate \(name.word)"))
        }
        self.userName = userName
        self.password = Secret(password)
    }
}

/// The server that a mail client sends to: the region's SMTP endpoint
/// (https://docs.aws.amazon.com/general/latest/gr/ses.html).
private struct ServerSettings {
    let region: String
    let port = 587

    var host: String { "email-smtp.\(region).amazonaws.com" }

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
