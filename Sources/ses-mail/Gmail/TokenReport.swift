internal import AWS
internal import Gmail
internal import HTTP
internal import JSON
internal import Mail
internal import Text

/// The answer whether a token opens its mailbox now, and the reason where it does not.
struct TokenReport {
    enum State: Equatable {
        case working
        /// Terraform's empty object: nobody has consented yet.
        case empty
        /// The reason, and the fix.
        case broken(String)
    }

    let entry: SSM.Entry
    /// nil for the shared token.
    let mailbox: Mailbox?
    let account: String?
    /// The scopes that Google names, or else those of the file.
    let scopes: [String]
    let state: State

    /// Asks Google for a new access token.
    /// - Throws: where Google or AWS cannot be reached, so that nothing is known.
    init(
        _ entry: SSM.Entry, _ access: GoogleAccess, _ deployment: Deployment
    ) throws {
        let shared = deployment.tokenParameter
        self.entry = entry
        let mailbox =
            entry.name == shared
            ? nil : Self.mailbox(named: String(entry.name.dropFirst(shared.count + 1)))
        self.mailbox = mailbox
        let consent = deployment.consent(for: mailbox)
        var file: TokenFile?
        var granted: [String]?
        do {
            if entry.value.value.filter({ !$0.isWhitespace }) == "{}" {
                state = .empty
            } else {
                file = try TokenFile(entry.value)
                access.losses.last = nil
                granted = try access.tokens.renew(entry.name, mailbox: mailbox?.address ?? "")
                    .scopes
                state =
                    access.losses.last.map { Self.lost($0, consent) }
                    ?? Self.state(of: granted ?? file?.scopes ?? [], consent)
            }
        } catch let error as GmailError {
            let failure = Failure(error, tokenOf: mailbox, in: deployment)
            if error.isTransient { throw failure }
            state = .broken(failure.sentence)
        }
        account = file?.account
        scopes = granted ?? file?.scopes ?? []
    }

    /// The inverse of `Mailbox.parameterSuffix`; another name is shown as it is.
    private static func mailbox(named suffix: String) -> Mailbox {
        let address = PercentEncoding.decode(
            String(suffix.map { $0 == "_" ? "%" : $0 }))
        let mailbox = Mailbox(destination: address)
        return mailbox.parameterSuffix == suffix ? mailbox : Mailbox(destination: suffix)
    }

    private static func state(of scopes: [String], _ consent: String) -> State {
        if GmailScope.allowImport(scopes) { return .working }
        return .broken(
            "It does not allow importing mail, because it lacks \(GmailScope.insert). Consent "
                + "again with: \(consent)")
    }

    private static func lost(_ error: any Error, _ consent: String) -> State {
        .broken(
            "Google gave another refresh token, which could not be written (\(error)). Fix that, "
                + "then run this again. Where Google rejects the old one, consent again with: "
                + consent)
    }

    var label: String { mailbox?.address ?? "(shared)" }

    var severity: Severity {
        switch state {
        case .working: .ok
        case .empty: .note
        case .broken: .error
        }
    }

    /// The reason why the token does not open a mailbox; nil where it does.
    var problem: String? {
        switch state {
        case .working: nil
        case .empty: "holds no token yet"
        case .broken(let reason): reason
        }
    }

    static var columns: Columns<TokenReport> {
        [
            Column("MAILBOX", "mailbox", \.mailbox?.address, text: \.label),
            .data("parameter", \.entry.name), Column("TOKEN", "severity", \.severity),
            .data("detail", \.problem),
            Column("SCOPES", "scopes", \.scopes) {
                $0.scopes.map(GmailScope.short).joined(separator: " ")
            },
            .data("allows_labels") { GmailScope.allowLabels($0.scopes) },
            Column("ACCOUNT", "account", \.account),
            Column("VERSION", "version", \.entry.version),
            Column("WRITTEN", "written_at") { Clock.text($0.entry.modifiedAt) },
        ]
    }
}
