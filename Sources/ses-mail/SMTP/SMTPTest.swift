internal import ArgumentParser
internal import JSON
internal import Mail
internal import SMTPCredentials
internal import Submission
internal import Text

/// Sends a mail with a credential, as a mail client does.
struct SMTPTest: DeploymentCommand {
    static let configuration = CommandConfiguration(
        commandName: "test", abstract: "Log in with a credential, and send a mail.",
        discussion: """
            Sends one small mail as a mail client does: by SMTP with STARTTLS, with the \
            credential's own user name and password, which the command decrypts itself. The \
            password is printed nowhere.
            """)

    @Argument(help: Username.help) var user: Username
    @Option(name: .customLong("to"), help: "A recipient. May be repeated, up to 50 times.")
    var recipients: [String] = []
    @Option(help: "The sender; otherwise the first address of the credential's list.")
    var from: String?
    @OptionGroup var options: CommonOptions

    private static let seconds = 30

    func validate() throws {
        guard (1...50).contains(recipients.count) else {
            throw ValidationError("Name the recipients: --to ADDRESS, 1 to 50 times.")
        }
        let named = recipients.map { ("to", $0) } + (from.map { [("from", $0)] } ?? [])
        for (option, address) in named where EmailAddress(strict: address) == nil {
            throw ValidationError("--\(option) \(address.printable) is not an address.")
        }
    }

    func run(_ deployment: Deployment, _ output: Output) throws {
        Output.progress("reading the credential …")
        let view = try CredentialTable(deployment).existing(user)
        let sender = try from ?? firstSender(of: view, deployment)
        let login = try Login(of: view, user, deployment)
        let server = try ServerSettings(deployment)
        Output.progress("sending the mail …")
        let client = SubmissionClient(
            host: server.host, port: server.port, userName: login.userName,
            password: login.password,
            roots: Variable.value("AWS_CA_BUNDLE") ?? Variable.value("SSL_CERT_FILE"))
        let reply: SubmissionReply
        do {
            reply = try client.send(
                message(from: sender, deployment), from: sender, to: recipients,
                timeoutSeconds: SMTPTest.seconds)
        } catch {
            let attempt = SubmissionAttempt(
                view: view, sender: sender, recipients: recipients, server: server)
            throw Failure(error, at: attempt, in: deployment)
        }
        // `Ok 0100018f…`
        let id = reply.text.utf8.split(separator: UInt8(ascii: " ")).last.map {
            String(decoding: $0, as: UTF8.self)
        }
        output.answer(
            [
                "username": user.text.json, "host": server.host.json, "port": server.port.json,
                "from": sender.json, "to": recipients.json, "message_id": id.json,
            ],
            "\(user): sent from \(sender) to \(recipients.joined(separator: " ")) by "
                + "\(server.host):\(server.port), which answered: \(reply)".printable)
    }

    private func firstSender(
        of view: CredentialView, _ deployment: Deployment
    ) throws(Failure) -> String {
        let plain = view.senders.first {
            $0.utf8.first != UInt8(ascii: "*") && EmailAddress(strict: $0) != nil
        }
        if let plain {
            return plain
        }
        throw Failure(
            .usage,
            "\(user) may send from \(view.senders.joined(separator: " ").printable), which is no "
                + "single address: choose one with --from.")
    }

    private func message(from sender: String, _ deployment: Deployment) -> [UInt8] {
        let now = Clock.epochSeconds()
        let lines = [
            "From: <\(sender)>",
            "To: " + recipients.map { "<\($0)>" }.joined(separator: ",\r\n "),
            "Subject: Test of the SMTP credential \(user)",
            "Date: \(UTCTime(epochSeconds: now).rfc5322)", "MIME-Version: 1.0",
            "Content-Type: text/plain; charset=us-ascii", "Auto-Submitted: auto-generated", "",
            "This mail was sent at \(Clock.text(now)) by a test of ses-mail, with the SMTP",
            "credential \(user) of \(deployment).", "",
        ]
        return Array(lines.joined(separator: "\r\n").utf8)
    }
}
