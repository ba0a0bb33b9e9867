internal import AWS
internal import ArgumentParser
internal import Gmail
internal import HTTP
internal import JSON
internal import Mail

/// Lets a person consent, and stores the token.
struct GmailAuthorize: DeploymentCommand {
    static let configuration = CommandConfiguration(
        commandName: "authorize", abstract: "Consent in the browser, and store the token.",
        discussion: """
            ses-mail gmail authorize --client client_secret.json

            The client is a Desktop client of your Google Cloud project; without --client it is \
            that of the token in place. Where the browser runs on another machine (SSH), paste \
            the address that it ends at, although it shows an error. The token goes to SSM, and \
            to no file but that of --save. Google does not say whose it is: without --mailbox the \
            stored token does not either, and gmail test must be told the mailbox.
            """)

    @Option(help: "For this mailbox alone; without it, the shared token.") var mailbox: Mailbox?
    @Option(help: "The OAuth client's file, as downloaded from Google.") var client: String?
    @Flag(help: "Open no browser.") var noBrowser = false
    @Option(help: "Write the token to this new file too.") var save: String?
    @Option(help: "How many seconds to wait for consent.") var timeout = 600
    @OptionGroup var options: CommonOptions

    func validate() throws {
        guard 1...3600 ~= timeout else { throw ValidationError("--timeout is 1 to 3600 seconds.") }
    }

    func run(_ deployment: Deployment, _ output: Output) throws {
        let file = save.map { SavedFile(path: $0) }
        try file?.check()
        let given = try client.map { try OAuthClient(TextFile.bytes(path: $0), named: $0) }
        Output.progress("looking for the token in place …")
        let endpoints = try GoogleEndpoints(deployment)
        let place = TokenPlace(deployment, mailbox: mailbox)
        let found = try place.look()
        let listener = try LoopbackListener(timeoutSeconds: timeout)
        let request = AuthorizationRequest(
            client: try given ?? Self.client(of: found.any),
            redirectURI: "http://127.0.0.1:\(listener.port)\(ConsentQuestion.path)",
            loginHint: mailbox?.address ?? found.here?.account)
        ask(request, at: endpoints.authorization)
        let answer = try ConsentQuestion(
            listener: listener, request: request, timeoutSeconds: timeout
        ).answer()
        let consent: CodeExchange.Consent
        let version: Int
        do {
            consent = try CodeExchange(
                http: deployment.session.http, endpoint: endpoints.token,
                epochSeconds: Clock.epochSeconds
            ).consent(for: answer.code, of: request)
            let content = TokenFile.content(
                of: consent, client: request.client, account: mailbox?.address ?? "")
            try file?.write(content)
            version = try store(content, in: place, file: file, deployment)
        } catch {
            answer.browser?.show(.failed)
            throw error
        }
        answer.browser?.show(.stored)
        tell(output, consent, place, version, deployment)
    }

    /// The client that asked for the token in place.
    private static func client(of file: TokenFile?) throws -> OAuthClient {
        guard let token = file?.token else {
            throw Failure(
                .usage,
                "There is no token yet whose OAuth client could ask again: download the file of a "
                    + "Desktop client (Google Cloud console, Google Auth Platform, Clients) and "
                    + "name it with --client.")
        }
        return OAuthClient(id: token.clientID, secret: token.clientSecret)
    }

    /// Shows where to consent, on standard error: standard output has the outcome alone.
    private func ask(_ request: AuthorizationRequest, at endpoint: String) {
        let url = request.url(at: endpoint)
        let isOpened = !noBrowser && Browser.open(url)
        Output.write(
            """
            \(isOpened ? "A browser opens; if it does not, open" : "Open") this address and consent:

            \(url)

            If the browser runs on another machine, its last page shows an error: paste that page's
            address here, and press Return.

            """, to: 2)
    }

    /// A consent that cannot be stored need not be lost.
    private func store(
        _ content: Secret, in place: TokenPlace, file: SavedFile?, _ deployment: Deployment
    ) throws -> Int {
        do {
            return try place.write(content)
        } catch let error as AWSError {
            let failure = Failure(error, in: deployment)
            guard let file else { throw failure }
            throw Failure(
                failure.status,
                "\(failure.sentence) The token is in \(file.path). Store it with: "
                    + deployment.command(
                        "gmail put \(file.path.shellWord)"
                            + (mailbox.map { " --mailbox \($0.address.shellWord)" } ?? "")))
        }
    }

    private func tell(
        _ output: Output, _ consent: CodeExchange.Consent, _ place: TokenPlace, _ version: Int,
        _ deployment: Deployment
    ) {
        if let seconds = consent.refreshTokenSeconds {
            let end = Clock.text(Clock.epochSeconds() + max(0, min(seconds, 1 << 32)))
            Output.complain(
                seconds <= 604_800
                    ? "this token dies on \(end), because the OAuth app is in testing: publish it "
                        + "(Google Cloud console, Google Auth Platform, Audience, Publish app), "
                        + "then run this again."
                    : "this token dies on \(end): consent again before, without a time limit.")
        }
        let owner = (mailbox?.address ?? "ADDRESS").shellWord
        output.answer(
            [
                "parameter": .string(place.parameter), "version": .integer(version),
                "mailbox": mailbox.map { .string($0.address) } ?? .null,
                "scopes": .array(consent.scopes.map { .string($0) }),
                "refreshTokenSeconds": consent.refreshTokenSeconds.map(JSONValue.integer) ?? .null,
            ],
            "The token is in \(place.parameter), version \(version). Try it with: "
                + deployment.command("gmail test --mailbox \(owner)"))
    }
}
