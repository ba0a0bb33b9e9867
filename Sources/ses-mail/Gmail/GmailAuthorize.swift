internal import AWS
internal import ArgumentParser
internal import Gmail
internal import HTTP
internal import JSON
internal import Mail
internal import Process

/// Lets a person consent, and stores the token.
struct GmailAuthorize: DeploymentCommand {
    static let configuration = CommandConfiguration(
        commandName: "authorize", abstract: "Consent in the browser, and store the token.",
        discussion: """
            ses-mail gmail authorize --client client_secret.json

            The client is a Desktop client of your Google Cloud project; without --client, the one \
            of the stored token is used. Where the browser runs on another machine (SSH), paste \
            the address of its last page, although it shows an error. The token goes to SSM, and \
            to the file of --save where you give one. Mail that could not be imported meanwhile is \
            offered to be tried again. Google does not tell whose account it is: \
            without --mailbox the stored token does not name it, and gmail test needs --mailbox.
            """)

    @Option(help: "Only for this mailbox; without it, the shared token.") var mailbox: Mailbox?
    @Option(
        help: "The OAuth client's file, as downloaded from Google.",
        completion: .file(extensions: ["json"]))
    var client: String?
    @Flag(help: "Ask for gmail.labels too, so that rules can name labels.") var labels = false
    @Flag(help: "Do not open a browser.") var noBrowser = false
    @Option(help: "Also write the token to this new file.", completion: .file())
    var save: String?
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
            loginHint: mailbox?.address ?? found.here?.account,
            // What was granted before is asked for again: the old token goes.
            withLabels: labels || found.here?.scopes.contains(GmailScope.labels) == true)
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
        warn(about: consent, asked: request.scopes, deployment)
        let offer = RedriveOffer(deployment)
        report(output, consent, place, version, offer, deployment)
        try offer.make(output)
    }

    /// The OAuth client of the stored token.
    private static func client(of file: TokenFile?) throws -> OAuthClient {
        guard let token = file?.token else {
            throw Failure(
                .usage,
                "There is no stored token yet, so its OAuth client is not known. Download the file "
                    + "of a Desktop client (Google Cloud console, Google Auth Platform, Clients), "
                    + "and name it with --client.")
        }
        return OAuthClient(id: token.clientID, secret: token.clientSecret)
    }

    /// Shows the address of the consent page on standard error: standard output is for the outcome.
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

    /// Stores the token. Where that fails, the file of --save still has it.
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

    private func warn(
        about consent: CodeExchange.Consent, asked: [String], _ deployment: Deployment
    ) {
        if asked.contains(GmailScope.labels), !GmailScope.allowLabels(consent.scopes) {
            Output.complain(
                "You did not consent to \(GmailScope.labels), so labels can be given by id only. "
                    + "To name them, consent again with: "
                    + deployment.consent(for: mailbox, withLabels: true))
        }
        if let seconds = consent.refreshTokenSeconds {
            let end = Clock.text(Clock.epochSeconds() + max(0, min(seconds, 1 << 32)))
            Output.complain(
                seconds <= 604_800
                    ? "This token expires on \(end), because the OAuth app is in testing. Publish "
                        + "it (Google Cloud console, Google Auth Platform, Audience, Publish app), "
                        + "then run this command again."
                    : "This token expires on \(end). Consent again before that day, without a time "
                        + "limit.")
        }
    }

    private func report(
        _ output: Output, _ consent: CodeExchange.Consent, _ place: TokenPlace, _ version: Int,
        _ offer: RedriveOffer, _ deployment: Deployment
    ) {
        let owner = (mailbox?.address ?? "ADDRESS").shellWord
        output.answer(
            [
                "parameter": place.parameter.json, "version": version.json,
                "mailbox": (mailbox?.address).json, "scopes": consent.scopes.json,
                "refresh_token_seconds": consent.refreshTokenSeconds.json,
                "dead_letters": offer.count.json,
            ],
            "The token is in \(place.parameter), version \(version). Try it with: "
                + deployment.command("gmail test --mailbox \(owner)"))
    }
}

/// The browser of the person at this machine.
enum Browser {
    /// Whether a program was started that shows the page; false on a machine without a display.
    static func open(_ url: String) -> Bool {
        #if os(macOS)
            return ChildProcess.start(["open", url])
        #else
            let hasDisplay = ["DISPLAY", "WAYLAND_DISPLAY"].contains { Variable.value($0) != nil }
            return hasDisplay && ChildProcess.start(["xdg-open", url])
        #endif
    }
}
