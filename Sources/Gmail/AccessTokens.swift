package import HTTP

/// The access tokens of the mailboxes: read from their parameters, refreshed when they are old,
/// kept in memory while they live, and written back so that the next process need not refresh.
package final class AccessTokens {
    /// A parameter's value and the version that it was read at.
    package struct Stored: Equatable, Sendable {
        package let file: Secret
        package let version: Int

        package init(file: Secret, version: Int) {
            self.file = file
            self.version = version
        }
    }

    /// The failure to write a new token back.
    package enum WriteBackProblem: CustomStringConvertible {
        case notWritten(any Error)
        /// Between the version that was read and the one that was made there is another.
        case overwrote(read: Int, made: Int)

        package var description: String {
            switch self {
            case .notWritten(let error): "\(error)"
            case .overwrote(let read, let made):
                "version \(read) of the parameter was read and version \(made) made of it: "
                    + "somebody else wrote between, unless this process wrote twice; whoever has "
                    + "just consented anew must store that token again"
            }
        }
    }

    private let read: (String) throws -> Stored?
    private let write: (String, Secret) throws -> Int
    private let refresh: (OAuthToken, String) throws(GmailError) -> GoogleOAuth.Grant
    private let warn: (WriteBackProblem) -> Void
    private let epochSeconds: () -> Int
    private var kept: [String: AccessToken] = [:]
    private var writtenAt: [String: Int] = [:]

    /// A token with less left is refreshed: a large mail takes a while.
    private static let leastSecondsLeft = 300
    private static let secondsBetweenWrites = 3600

    /// - Parameters:
    ///   - read: returns a parameter, or nil if there is none of that name.
    ///   - write: overwrites a parameter and returns its new version.
    ///   - warn: reports that a token could not be written back, after which the work goes on.
    package init(
        read: @escaping (String) throws -> Stored?,
        write: @escaping (String, Secret) throws -> Int,
        refresh: @escaping (OAuthToken, String) throws(GmailError) -> GoogleOAuth.Grant,
        warn: @escaping (WriteBackProblem) -> Void, epochSeconds: @escaping () -> Int
    ) {
        self.read = read
        self.write = write
        self.refresh = refresh
        self.warn = warn
        self.epochSeconds = epochSeconds
    }

    /// Runs `use` with the mailbox's token; where Google refuses it, once more with a new one.
    /// - Parameters:
    ///   - mailbox: the account's address, for errors and to keep tokens apart.
    ///   - parameters: where its token file may be, the first that exists counts.
    package func withToken<Answer>(
        for mailbox: String, parameters: [String],
        _ use: (AccessToken) throws(GmailError) -> Answer
    ) throws -> Answer {
        let token = try current(mailbox, parameters)
        do {
            return try use(token)
        } catch GmailError.unauthorized {
            kept[mailbox] = nil
            return try use(try fetch(mailbox, parameters, refused: token))
        }
    }

    /// Asks for a new access token whatever is left of the old one, to learn whether Google still
    /// takes the refresh token. A rotated refresh token is written back, and nothing else.
    package func renew(_ parameter: String, mailbox: String) throws -> GoogleOAuth.Grant {
        let source = try source([parameter])
        let grant = try refresh(source.token, mailbox)
        if grant.refreshToken != source.token.refreshToken { writeBack(grant, to: source) }
        return grant
    }

    private func current(_ mailbox: String, _ parameters: [String]) throws -> AccessToken {
        if let token = kept[mailbox], isFresh(token) { return token }
        kept[mailbox] = nil
        return try fetch(mailbox, parameters, refused: nil)
    }

    private func fetch(
        _ mailbox: String, _ parameters: [String], refused: AccessToken?
    ) throws -> AccessToken {
        let source = try source(parameters)
        do {
            return try token(from: source, mailbox, refused: refused)
        } catch GmailError.tokenInvalid(let mailbox) {
            // A person may have consented anew while this was under way.
            let again = try self.source(parameters)
            guard again.token.refreshToken != source.token.refreshToken else {
                throw GmailError.tokenInvalid(mailbox: mailbox)
            }
            return try token(from: again, mailbox, refused: refused)
        }
    }

    private struct Source {
        let parameter: String
        let version: Int
        let token: OAuthToken
    }

    private func source(_ parameters: [String]) throws -> Source {
        for parameter in parameters {
            guard let stored = try read(parameter) else { continue }
            return Source(
                parameter: parameter, version: stored.version, token: try OAuthToken(stored.file))
        }
        // The last is the one that mailboxes share; the name of one's own would log its address.
        throw GmailError.noToken(parameter: parameters.last ?? "")
    }

    private func token(
        from source: Source, _ mailbox: String, refused: AccessToken?
    ) throws -> AccessToken {
        // One that is older than what was refused would be refused too.
        if let stored = source.token.access, isFresh(stored),
            refused.map({ stored.endsAt > $0.endsAt }) ?? true
        {
            kept[mailbox] = stored
            return stored
        }
        let grant = try refresh(source.token, mailbox)
        kept[mailbox] = grant.access
        writeBack(grant, to: source)
        return grant.access
    }

    private func isFresh(_ token: AccessToken) -> Bool {
        token.endsAt - epochSeconds() >= AccessTokens.leastSecondsLeft
    }

    /// A rotated refresh token must not be lost; an access token saves others a refresh. What an
    /// operator has put there meanwhile is never overwritten.
    private func writeBack(_ grant: GoogleOAuth.Grant, to source: Source) {
        let isRotated = grant.refreshToken != source.token.refreshToken
        let lastWrite = writtenAt[source.parameter] ?? .min
        let isDue = lastWrite <= epochSeconds() - AccessTokens.secondsBetweenWrites
        guard isRotated || isDue else { return }
        do {
            guard let stored = try read(source.parameter), stored.version == source.version,
                try OAuthToken(stored.file).refreshToken == source.token.refreshToken
            else { return }
            let version = try write(
                source.parameter,
                source.token.file(with: grant.access, refreshToken: grant.refreshToken))
            writtenAt[source.parameter] = epochSeconds()
            // SSM has no conditional write, so that a version between ours can only be reported.
            if version != source.version + 1 {
                warn(.overwrote(read: source.version, made: version))
            }
        } catch {
            warn(.notWritten(error))
        }
    }
}
