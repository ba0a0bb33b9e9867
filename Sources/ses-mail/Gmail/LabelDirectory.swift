internal import Gmail
internal import HTTP
internal import Mail
internal import Text

/// The labels of the deployment's mailboxes. People name a label, rules and imports hold its id
/// (https://developers.google.com/workspace/gmail/api/guides/labels).
struct LabelDirectory {
    private let deployment: Deployment
    private let access: Once<GoogleAccess>

    init(_ deployment: Deployment) {
        self.init(deployment, Once { try GoogleAccess(deployment) })
    }

    init(_ deployment: Deployment, _ access: Once<GoogleAccess>) {
        self.deployment = deployment
        self.access = access
    }

    /// The ids of these labels, in their order and each once. A label that the mailbox does not
    /// have is made, and standard error says so. Where all names are ids, nobody is asked.
    /// - Parameter names: ids (`Label_…`, `IMPORTANT`, `STARRED`, `CATEGORY_…`), or names as Gmail
    ///   shows them: `a/b` lies below `a`, and the case of letters does not matter.
    func identifiers(of names: [String], in mailbox: String) throws -> [String] {
        let names = names.map(\.trimmingASCIIWhitespace)
        guard !names.contains("") else {
            throw Failure(.usage, "A label without a name was given. Give its name or its id.")
        }
        let mailbox = Mailbox(destination: mailbox)
        var ids = names
        if !names.allSatisfy(Self.isIdentifier) {
            Output.progress("looking up the labels of \(mailbox.address) …")
            ids = try found(names, in: mailbox)
        }
        var seen: Set<String> = []
        return ids.filter { seen.insert($0).inserted }
    }

    private static func isIdentifier(_ name: String) -> Bool {
        RoutingRule.isLabelID(name) || name == "STARRED"
    }

    /// Makes no label before it is known that all names can be labels.
    private func found(_ names: [String], in mailbox: Mailbox) throws -> [String] {
        let labels = try ask(mailbox) { gmail, token throws(GmailError) in
            try gmail.labels(of: mailbox.address, with: token)
        }
        let known = try names.map { name in
            try Self.isIdentifier(name) ? name : Self.identifier(of: name, among: labels)
        }
        var made: [GmailAPI.Label] = []
        for (name, id) in zip(names, known)
        where id == nil && !made.contains(where: { $0.isNamed(name) }) {
            made.append(try make(name, in: mailbox))
        }
        return try zip(names, known).compactMap { name, id in
            try id ?? Self.identifier(of: name, among: made)
        }
    }

    /// nil where no label has the name.
    private static func identifier(
        of name: String, among labels: [GmailAPI.Label]
    ) throws(Failure) -> String? {
        let label =
            labels.first { $0.name.hasSameBytes(as: name) } ?? labels.first { $0.isNamed(name) }
        guard let label else { return nil }
        guard label.isOwn || isIdentifier(label.id) else {
            throw Failure(
                .usage,
                "\(name) is one of Gmail's own places (\(label.id)), and cannot be given as a "
                    + "label. Choose another name.")
        }
        return label.id
    }

    private func make(_ name: String, in mailbox: Mailbox) throws -> GmailAPI.Label {
        let label = try ask(mailbox, label: name) { gmail, token throws(GmailError) in
            try Self.create(name, in: mailbox, gmail, token)
        }
        Output.complain("Made the label \(name) in \(mailbox.address).")
        return label
    }

    private static func create(
        _ name: String, in mailbox: Mailbox, _ gmail: GmailAPI, _ token: AccessToken
    ) throws(GmailError) -> GmailAPI.Label {
        do throws(GmailError) {
            return try gmail.createLabel(name, in: mailbox.address, with: token)
        } catch {
            guard case .refused(_, 409, _, _, _) = error else { throw error }
            // Somebody else has made it since, or the answer to a first try was lost.
            let labels = try gmail.labels(of: mailbox.address, with: token)
            guard let label = labels.first(where: { $0.isOwn && $0.isNamed(name) }) else {
                throw error
            }
            return label
        }
    }

    private func ask<Answer>(
        _ mailbox: Mailbox, label: String? = nil,
        _ call: (GmailAPI, AccessToken) throws(GmailError) -> Answer
    ) throws -> Answer {
        let access = try access.value()
        let parameters = [mailbox, nil].map { TokenPlace(deployment, mailbox: $0).parameter }
        do {
            return try access.tokens.withToken(for: mailbox.address, parameters: parameters) {
                token throws(GmailError) in
                try call(access.gmail, token)
            }
        } catch let error as GmailError {
            throw Failure(error, label: label, of: mailbox, in: deployment)
        }
    }
}

extension GmailAPI.Label {
    /// Whether Gmail takes the name for this label's: it has no two labels whose names differ in
    /// case only.
    fileprivate func isNamed(_ other: String) -> Bool {
        name.isSameText(ignoringCase: other)
    }
}

extension Failure {
    /// The reason why labels cannot be looked up, or one cannot be made.
    fileprivate init(
        _ error: GmailError, label: String?, of mailbox: Mailbox, in deployment: Deployment
    ) {
        let cure = deployment.consent(for: mailbox, withLabels: true)
        guard case .refused(let call, let status, let reason, _, let address) = error,
            call.service == "Gmail", !error.isTransient
        else {
            self.init(error, tokenOf: mailbox, in: deployment, withLabels: true)
            return
        }
        switch reason {
        case "insufficientPermissions", "PERMISSION_DENIED", "ACCESS_TOKEN_SCOPE_INSUFFICIENT":
            self.init(
                .refused,
                "The token does not allow looking up labels in \(address), because it lacks "
                    + "\(GmailScope.labels) (\(reason)). Consent to that too with: \(cure)")
        case _ where status == 400 || status == 409:
            let name = label.map { "the label \($0)" } ?? "to list the labels"
            self.init(.refused, "Gmail refuses \(name) in \(address): \(error.sentence).")
        default:
            self.init(error, tokenOf: mailbox, in: deployment, withLabels: true)
        }
    }
}
