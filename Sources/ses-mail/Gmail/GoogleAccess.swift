internal import AWS
internal import Gmail
internal import HTTP

/// The calls to Google, made as the forwarder makes them, for a person who waits.
struct GoogleAccess {
    let tokens: AccessTokens
    let oauth: GoogleOAuth
    let gmail: GmailAPI
    let losses: Losses

    /// The errors at writing Google's new token. The old token may be valid for a while.
    final class Losses {
        var last: (any Error)?
    }

    init(_ deployment: Deployment) throws {
        let endpoints = try GoogleEndpoints(deployment)
        let session = deployment.session
        let ssm = SSM(session)
        let losses = Losses()
        let oauth = GoogleOAuth(
            session.http, endpoint: endpoints.token, pacing: session.pacing,
            epochSeconds: Clock.epochSeconds)
        let gmail = GmailAPI(session.http, endpoint: endpoints.gmail, pacing: session.pacing)
        let tokens = AccessTokens(
            read: { name in
                try ssm.getParameter(name: name).map {
                    AccessTokens.Stored(file: $0.value, version: $0.version)
                }
            },
            write: { name, file in try ssm.putParameter(name: name, value: file) },
            refresh: { token, mailbox throws(GmailError) in
                try oauth.refresh(token, mailbox: mailbox)
            },
            warn: { problem in
                switch problem {
                case .notWritten(let error): losses.last = error
                case .overwrote: Output.complain("\(problem)")
                }
            },
            epochSeconds: Clock.epochSeconds)
        self.init(tokens: tokens, oauth: oauth, gmail: gmail, losses: losses)
    }

    init(tokens: AccessTokens, oauth: GoogleOAuth, gmail: GmailAPI, losses: Losses = Losses()) {
        self.tokens = tokens
        self.oauth = oauth
        self.gmail = gmail
        self.losses = losses
    }
}

/// The addresses of Google, or of what replaces it.
struct GoogleEndpoints: Equatable {
    /// The address for imports.
    let gmail: String
    /// The address that exchanges a code or a refresh token for an access token.
    let token: String
    /// The address of the consent page.
    let authorization: String

    /// The variables take precedence. The emulated AWS knows an emulated Google: real tokens must
    /// not go there, nor made-up ones to Google.
    init(_ deployment: Deployment) throws {
        let known = [
            "GMAIL_ENDPOINT_URL": "https://gmail.googleapis.com",
            "GOOGLE_TOKEN_ENDPOINT_URL": "https://oauth2.googleapis.com/token",
            "GOOGLE_AUTHORIZATION_ENDPOINT_URL": "https://accounts.google.com/o/oauth2/v2/auth",
        ]
        let isGiven = known.keys.allSatisfy { Variable.value($0) != nil }
        let isEmulated = deployment.isLocal && !isGiven
        let emulated = isEmulated ? try LocalAddresses("google", deployment) : nil
        func endpoint(_ name: String) throws -> String {
            if let url = Variable.value(name) { return url }
            return try emulated?.address(name, of: "Google") ?? known[name] ?? ""
        }
        gmail = try endpoint("GMAIL_ENDPOINT_URL")
        token = try endpoint("GOOGLE_TOKEN_ENDPOINT_URL")
        authorization = try endpoint("GOOGLE_AUTHORIZATION_ENDPOINT_URL")
    }
}
