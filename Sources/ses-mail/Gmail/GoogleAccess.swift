internal import AWS
internal import Gmail

/// The calls to Google, made as the forwarder makes them, for a person who waits.
struct GoogleAccess {
    let tokens: AccessTokens
    let oauth: GoogleOAuth
    let gmail: GmailAPI
    let losses = Losses()

    /// The reason why Google's new token was not written back. The old one may be good for a while.
    final class Losses {
        var last: (any Error)?
    }

    init(_ deployment: Deployment) throws {
        let endpoints = try GoogleEndpoints(deployment)
        let session = deployment.session
        let ssm = SSM(session)
        let oauth = GoogleOAuth(
            session.http, endpoint: endpoints.token, pacing: session.pacing,
            epochSeconds: Clock.epochSeconds)
        self.oauth = oauth
        gmail = GmailAPI(session.http, endpoint: endpoints.gmail, pacing: session.pacing)
        tokens = AccessTokens(
            read: { name in
                try ssm.getParameter(name: name).map {
                    AccessTokens.Stored(file: $0.value, version: $0.version)
                }
            },
            write: { name, file in try ssm.putParameter(name: name, value: file) },
            refresh: { token, mailbox throws(GmailError) in
                try oauth.refresh(token, mailbox: mailbox)
            },
            warn: { [losses] problem in
                switch problem {
                case .notWritten(let error): losses.last = error
                case .overwrote: Output.complain("\(problem)")
                }
            },
            epochSeconds: Clock.epochSeconds)
    }
}
