import HTTP
import Text

@testable import Gmail

/// Parameter Store and Google as far as tokens meet them, noting each call.
final class TokenWorld {
    struct Failed: Error, Equatable, CustomStringConvertible {
        let description: String

        init(_ description: String) {
            self.description = description
        }
    }

    var parameters: [String: AccessTokens.Stored] = [:]
    var log: [String] = []
    var warnings: [String] = []
    var now = 1_737_194_400
    var invalidGrants: Set<String> = []
    var rotated: String?
    var failing: String?
    var refreshError: GmailError?
    var duringRefresh: ((TokenWorld) -> Void)?
    /// What somebody else does between the look and the write.
    var duringWrite: ((TokenWorld) -> Void)?
    private var grantCount = 0
    private var version = 0

    lazy var tokens = AccessTokens(
        read: { [unowned self] name in
            try note("read \(name)")
            return parameters[name]
        },
        write: { [unowned self] name, file in
            try note("write \(name)")
            duringWrite?(self)
            version += 1
            parameters[name] = .init(file: file, version: version)
            return version
        },
        refresh: { [unowned self] token, mailbox throws(GmailError) in
            try grant(token, mailbox)
        },
        warn: { [unowned self] problem in warnings.append("\(problem)") },
        epochSeconds: { [unowned self] in now })

    func put(_ name: String, token: String, endsIn seconds: Int, refreshToken: String = "r0") {
        version += 1
        let end = UTCTime(epochSeconds: now + seconds).rfc3339
        parameters[name] = .init(
            file: Secret(
                #"{"client_id":"i","client_secret":"s","refresh_token":"\#(refreshToken)","#
                    + #""token":"\#(token)","expiry":"\#(end)"}"#), version: version)
    }

    /// The token that a use was given last; Google refuses those named.
    func use(
        mailbox: String = "me@gmail.com", parameters: [String] = ["own", "default"],
        refusing refused: [String] = []
    ) throws -> String {
        try tokens.withToken(for: mailbox, parameters: parameters) { token throws(GmailError) in
            if refused.contains(token.value.value) { throw .unauthorized(mailbox: mailbox) }
            return token.value.value
        }
    }

    private func note(_ call: String) throws {
        log.append(call)
        if failing == call { throw Failed("\(call) failed") }
    }

    private func grant(_ token: OAuthToken, _ mailbox: String) throws(GmailError)
        -> GoogleOAuth.Grant
    {
        log.append("refresh \(token.refreshToken.value)")
        grantCount += 1
        duringRefresh?(self)
        if let refreshError { throw refreshError }
        if invalidGrants.contains(token.refreshToken.value) {
            throw .tokenInvalid(mailbox: mailbox)
        }
        return GoogleOAuth.Grant(
            access: AccessToken(value: Secret("access-\(grantCount)"), endsAt: now + 3600),
            refreshToken: rotated.map(Secret.init) ?? token.refreshToken)
    }
}
