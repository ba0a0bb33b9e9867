internal import ArgumentParser
internal import Gmail
internal import HTTP
internal import JSON
internal import Mail

/// Stores a token file that exists already.
struct GmailPut: DeploymentCommand {
    static let configuration = CommandConfiguration(
        commandName: "put", abstract: "Store a token.json that you have.",
        discussion: "Google is asked first whether it accepts the token; - reads standard input.")

    @Argument(help: "A token file of google-auth.", completion: .file(extensions: ["json"]))
    var file: String
    @Option(help: "Only for this mailbox; without it, the shared token.") var mailbox: Mailbox?
    @Flag(help: "Do not ask Google whether it accepts the token.") var noCheck = false
    @Flag(name: .shortAndLong, help: "Replace another token without asking.") var yes = false
    @OptionGroup var options: CommonOptions

    func run(_ deployment: Deployment, _ output: Output) throws {
        let content = Secret(String(decoding: try TextFile.bytes(path: file), as: UTF8.self))
        let given = try parsed(content, deployment)
        if let mailbox, let account = given.account, Mailbox(destination: account) != mailbox {
            throw Failure(
                .refused,
                "\(file) is the token of \(account), not of \(mailbox.address). Nothing was "
                    + "written.")
        }
        try TokenPlace.checkSize(content)
        let place = TokenPlace(deployment, mailbox: mailbox)
        Output.progress("looking for the token in place …")
        let found = try place.look()
        if let old = found.here, old.token.refreshToken != given.token.refreshToken {
            try deployment.confirm(
                "Another token is in \(place.parameter) in \(deployment). Replace it?", isGiven: yes
            )
        }
        let version = try place.write(noCheck ? content : try checked(given, deployment))
        output.answer(
            [
                "parameter": place.parameter.json, "version": version.json,
                "mailbox": (mailbox?.address).json,
            ],
            "The token is in \(place.parameter), version \(version)."
                + (file == "-" ? "" : " You can delete \(file) now."))
    }

    private func parsed(_ content: Secret, _ deployment: Deployment) throws -> TokenFile {
        do {
            return try TokenFile(content)
        } catch {
            let client = OAuthClient.isFile(content)
            throw Failure(
                .failed,
                client
                    ? "\(file) is an OAuth client's file, not a token. Consent with: "
                        + deployment.command("gmail authorize --client \(file.shellWord)")
                    : "\(file): \(error.fileReason). Nothing was written.")
        }
    }

    /// The file after a refresh: Google may have returned another refresh token.
    private func checked(_ given: TokenFile, _ deployment: Deployment) throws -> Secret {
        let oauth = try GoogleAccess(deployment).oauth
        Output.progress("asking Google whether it accepts the token …")
        let grant: GoogleOAuth.Grant
        do {
            grant = try oauth.refresh(given.token, mailbox: mailbox?.address ?? "")
        } catch {
            throw Failure(error, tokenOf: mailbox, in: deployment)
        }
        guard GmailScope.allowImport(grant.scopes ?? given.scopes) else {
            throw Failure(
                .refused,
                "\(file) does not allow importing mail, because it lacks \(GmailScope.insert). "
                    + "Nothing was written. Consent with: \(deployment.consent(for: mailbox))")
        }
        return given.token.file(with: grant.access, refreshToken: grant.refreshToken)
    }
}

extension GmailError {
    /// The fault of a file.
    fileprivate var fileReason: String {
        if case .malformedToken(let reason) = self { reason } else { description }
    }
}

extension OAuthClient {
    /// Whether the file is an OAuth client's, and not a token.
    fileprivate static func isFile(_ content: Secret) -> Bool {
        // What is no JSON is no client's file either.
        let document = try? JSONValue(parsing: content.value)
        return document?["installed"] != nil || document?["web"] != nil
    }
}
