internal import AWS
internal import Gmail
internal import HTTP
internal import JSON

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
        var known: [String: String] = [
            "GMAIL_ENDPOINT_URL": "https://gmail.googleapis.com",
            "GOOGLE_TOKEN_ENDPOINT_URL": "https://oauth2.googleapis.com/token",
            "GOOGLE_AUTHORIZATION_ENDPOINT_URL": "https://accounts.google.com/o/oauth2/v2/auth",
        ]
        let names = known.keys
        let isGiven = names.allSatisfy { Variable.value($0) != nil }
        if deployment.isLocal && !isGiven {
            known = try GoogleEndpoints.emulated(deployment)
        }
        func endpoint(_ name: String) throws -> String {
            guard let url = Variable.value(name) ?? known[name] else {
                throw GoogleEndpoints.unknown
            }
            return url
        }
        gmail = try endpoint("GMAIL_ENDPOINT_URL")
        token = try endpoint("GOOGLE_TOKEN_ENDPOINT_URL")
        authorization = try endpoint("GOOGLE_AUTHORIZATION_ENDPOINT_URL")
    }

    private static func emulated(_ deployment: Deployment) throws -> [String: String] {
        let cloud = deployment.session.endpointOverride("SSM") ?? ""
        let request = HTTPRequest(
            .get, "\(cloud)/_local/google", name: CallName("local-cloud", "google"))
        do {
            let response = try deployment.session.http.send(request)
            guard response.isSuccess else { throw unknown }
            let members = try JSONValue(parsing: response.body).members ?? []
            return Dictionary(
                members.compactMap { member in member.value.string.map { (member.name, $0) } },
                uniquingKeysWith: { $1 })
        } catch is JSONError {
            throw unknown
        } catch let error as HTTPError {
            throw Failure(.unreachable, "\(error). Start it with: make local, then try again.")
        }
    }

    private static let unknown = Failure(
        .unreachable,
        "The emulated AWS does not name the address of its Google. Start it again with: make "
            + "local, then try again.")
}
