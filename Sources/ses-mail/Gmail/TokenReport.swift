internal import Gmail
internal import HTTP
internal import JSON
internal import Mail
internal import Text

/// Whether a token opens its mailbox now, and why not.
struct TokenReport {
    enum State: Equatable {
        case working
        /// Terraform's empty object: no one has consented yet.
        case empty
        /// With the cure.
        case broken(String)
    }

    let entry: ParameterService.Entry
    /// nil for the shared token.
    let mailbox: Mailbox?
    let account: String?
    /// Those that Google names, else those of the file.
    let scopes: [String]
    let state: State

    /// Asks Google for a new access token.
    /// - Throws: where that shows nothing, because Google or AWS cannot be reached.
    init(
        _ entry: ParameterService.Entry, _ access: GoogleAccess, _ deployment: Deployment
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

    /// The inverse of `Mailbox.parameterSuffix`; another name is shown as it stands.
    private static func mailbox(named suffix: String) -> Mailbox {
        let address = PercentEncoding.decode(
            String(suffix.map { $0 == "_" ? "%" : $0 }))
        let mailbox = Mailbox(destination: address)
        return mailbox.parameterSuffix == suffix ? mailbox : Mailbox(destination: suffix)
    }

    private static func state(of scopes: [String], _ consent: String) -> State {
        if GmailScope.allowImport(scopes) { return .working }
        return .broken(
            "It does not allow importing mail, for it lacks \(GmailScope.insert). Consent again "
                + "with: \(consent)")
    }

    private static func lost(_ error: any Error, _ consent: String) -> State {
        .broken(
            "Google gave another refresh token, which could not be written (\(error)). Fix that, "
                + "then run this again. Where Google rejects the old one, consent again with: "
                + consent)
    }

    var label: String { mailbox?.address ?? "(shared)" }

    var row: [String] {
        [
            label, severity.rawValue, scopes.map(GmailScope.short).joined(separator: " "),
            account ?? "",
            "\(entry.version)", Clock.text(entry.modifiedAt),
        ]
    }

    var severity: Severity {
        switch state {
        case .working: .ok
        case .empty: .note
        case .broken: .error
        }
    }

    /// Why the token does not open a mailbox; nil where it does.
    var problem: String? {
        switch state {
        case .working: nil
        case .empty: "holds no token yet"
        case .broken(let reason): reason
        }
    }

    var json: JSONValue {
        [
            "mailbox": mailbox.map { .string($0.address) } ?? .null,
            "parameter": .string(entry.name), "severity": .string(severity.rawValue),
            "problem": problem.map { .string($0) } ?? .null,
            "scopes": .array(scopes.map { .string($0) }),
            "account": account.map { .string($0) } ?? .null, "version": .integer(entry.version),
            "writtenAt": .string(Clock.text(entry.modifiedAt)),
        ]
    }
}
