internal import AWS
internal import HTTP
internal import JSON
internal import SMTPCredentials

/// The user name and the password of a mail client.
struct Login {
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
