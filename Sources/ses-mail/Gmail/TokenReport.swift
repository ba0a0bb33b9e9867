internal import Gmail
internal import HTTP
internal import JSON
internal import Mail

/// Does this token open its mailbox now, and if not, why?
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
    init(_ entry: ParameterService.Entry, shared: String, _ access: GoogleAccess) throws {
        self.entry = entry
        let mailbox =
            entry.name == shared
            ? nil : Self.mailbox(named: String(entry.name.dropFirst(shared.count + 1)))
        self.mailbox = mailbox
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
                    access.losses.last.map(Self.lost)
                    ?? Self.state(of: granted ?? file?.scopes ?? [], mailbox)
            }
        } catch let error as GmailError {
            let failure = Failure(error, tokenOf: mailbox)
            if error.isPassing { throw failure }
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

    private static func state(of scopes: [String], _ mailbox: Mailbox?) -> State {
        if GmailScope.allowImport(scopes) { return .working }
        return .broken(
            "It does not allow to import mail, for it lacks \(GmailScope.insert): consent anew "
                + "with: ses-mail gmail authorize"
                + (mailbox.map { " --mailbox \($0.address)" } ?? ""))
    }

    private static func lost(_ error: any Error) -> State {
        .broken(
            "Google gave another refresh token, which could not be written (\(error)): see to "
                + "that, then run this again; where the old one is taken no more, consent anew "
                + "with: ses-mail gmail authorize")
    }

    var isBroken: Bool {
        if case .broken = state { true } else { false }
    }

    var label: String { mailbox?.address ?? "(shared)" }

    var row: [String] {
        let verdict =
            switch state {
            case .working: "works"
            case .empty: "empty"
            case .broken: "broken"
            }
        return [
            label, verdict, scopes.map(GmailScope.short).joined(separator: " "), account ?? "",
            "\(entry.version)", Clock.text(entry.modifiedAt),
        ]
    }

    var mood: Output.Mood {
        switch state {
        case .working: .good
        case .empty: .quiet
        case .broken: .bad
        }
    }

    var json: JSONValue {
        var problem = JSONValue.null
        if case .broken(let reason) = state { problem = .string(reason) }
        return [
            "mailbox": mailbox.map { .string($0.address) } ?? .null,
            "parameter": .string(entry.name), "works": .bool(state == .working),
            "problem": problem, "scopes": .array(scopes.map { .string($0) }),
            "account": account.map { .string($0) } ?? .null, "version": .integer(entry.version),
            "writtenAt": .string(Clock.text(entry.modifiedAt)),
        ]
    }
}
