internal import ArgumentParser
internal import Gmail
internal import HTTP
internal import JSON
internal import Mail

/// Stores a token file that is there already.
struct GmailPut: DeploymentCommand {
    static let configuration = CommandConfiguration(
        commandName: "put", abstract: "Store a token.json that you have.",
        discussion: "Google is asked first whether it takes the token; - reads standard input.")

    @Argument(help: "A token file of google-auth.") var file: String
    @Option(help: "For this mailbox alone; without it, the shared token.") var mailbox: Mailbox?
    @Flag(help: "Do not ask Google whether it takes the token.") var noCheck = false
    @Flag(name: .shortAndLong, help: "Replace another token without asking.") var yes = false
    @OptionGroup var options: CommonOptions

    func run(_ deployment: Deployment, _ output: Output) throws {
        let content = Secret(String(decoding: try TextFile.bytes(path: file), as: UTF8.self))
        let given = try parsed(content, deployment)
        if let mailbox, let account = given.account, Mailbox(destination: account) != mailbox {
            throw Failure(
                .refused,
                "\(file) is the token of \(account), not of \(mailbox.address); nothing was "
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
                "parameter": .string(place.parameter), "version": .integer(version),
                "mailbox": mailbox.map { .string($0.address) } ?? .null,
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
                    : "\(file): \(error.fileReason); nothing was written.")
        }
    }

    /// The file as it is after a refresh: Google may have given another refresh token.
    private func checked(_ given: TokenFile, _ deployment: Deployment) throws -> Secret {
        let oauth = try GoogleAccess(deployment).oauth
        Output.progress("asking Google whether it takes the token …")
        let grant: GoogleOAuth.Grant
        do {
            grant = try oauth.refresh(given.token, mailbox: mailbox?.address ?? "")
        } catch {
            throw Failure(error, tokenOf: mailbox, in: deployment)
        }
        guard GmailScope.allowImport(grant.scopes ?? given.scopes) else {
            throw Failure(
                .refused,
                "\(file) does not allow to import mail: it lacks \(GmailScope.insert); nothing was "
                    + "written. Consent with: \(deployment.consent(for: mailbox))")
        }
        return given.token.file(with: grant.access, refreshToken: grant.refreshToken)
    }
}

extension GmailError {
    /// What a file lacks.
    fileprivate var fileReason: String {
        if case .malformedToken(let reason) = self { reason } else { description }
    }
}

extension OAuthClient {
    /// Whether a person took the client's file for the token's.
    fileprivate static func isFile(_ content: Secret) -> Bool {
        // What is no JSON is no client's file either.
        let document = try? JSONValue(parsing: content.value)
        return document?["installed"] != nil || document?["web"] != nil
    }
}
