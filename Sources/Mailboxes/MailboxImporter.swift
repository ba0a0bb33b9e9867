package import AWS
package import Gmail
internal import HTTP
package import Lambda
internal import Logging
package import Mail
internal import Process

/// The way of a function into Gmail: it imports a mail with the token of the mailbox, which lies in
/// a parameter of its own or in the default one.
package struct MailboxImporter {
    /// The hosts that an import needs.
    package let endpoints: [String]
    private let gmail: GmailAPI
    private let tokens: AccessTokens
    private let defaultToken: String

    /// - Parameter defaultToken: the name of the parameter of the default token. A mailbox's own
    ///   lies below it.
    package init(_ process: LambdaProcess, _ session: AWSSession, defaultToken: String) {
        let environment = process.environment
        let parameters = SSM(session)
        let tokenEndpoint =
            environment.optional("GOOGLE_TOKEN_ENDPOINT_URL")
            ?? "https://oauth2.googleapis.com/token"
        gmail = GmailAPI(
            process.tracedHTTP(.remote),
            endpoint: environment.optional("GMAIL_ENDPOINT_URL")
                ?? "https://gmail.googleapis.com",
            pacing: process.pacing.leavingTimeToRecord)
        tokens = MailboxImporter.tokens(process, parameters, endpoint: tokenEndpoint)
        self.defaultToken = defaultToken
        endpoints = [parameters.endpoint, gmail.endpoint, tokenEndpoint]
    }

    /// Imports the mail and returns Gmail's id for it.
    package func importMail(_ mail: GmailAPI.Mail, into mailbox: Mailbox) throws -> String {
        try tokens.withToken(
            for: mailbox.address,
            parameters: ["\(defaultToken)/\(mailbox.parameterSuffix)", defaultToken]
        ) { token throws(GmailError) in
            try gmail.importMail(mail, into: mailbox.address, with: token)
        }
    }

    private static func tokens(
        _ process: LambdaProcess, _ parameters: SSM, endpoint: String
    ) -> AccessTokens {
        let google = GoogleOAuth(
            process.tracedHTTP(.remote), endpoint: endpoint, pacing: process.pacing,
            epochSeconds: { Int(process.epochSeconds()) })
        return AccessTokens(
            read: { name in
                try parameters.getParameter(name: name).map {
                    AccessTokens.Stored(file: $0.value, version: $0.version)
                }
            },
            write: { name, file in try parameters.putParameter(name: name, value: file) },
            refresh: google.refresh,
            warn: { problem in
                switch problem {
                case .notWritten(let error):
                    process.logger.warning(
                        "the new token was not written back",
                        metadata: ["reason": "\(RuntimeAPI.Failure(error).message)"])
                case .overwrote:
                    process.logger.warning(
                        "the token of another writer may have been overwritten",
                        metadata: ["reason": "\(problem)"])
                }
            },
            epochSeconds: { Int(process.epochSeconds()) })
    }
}

extension Metrics {
    /// Counts a failure that means that consent is gone: a token that Google no longer accepts
    /// stops every mail for its mailbox.
    package func countInvalidToken(_ error: any Error) {
        if case GmailError.tokenInvalid? = error as? GmailError { count([.gmailTokenInvalid: 1]) }
    }
}

extension MetricName {
    fileprivate static let gmailTokenInvalid: MetricName = "GmailTokenInvalid"
}
