internal import Gmail
internal import HTTP
internal import Mail

extension Failure {
    /// The reason why a token does not open its mailbox, and the fix.
    /// - Parameters:
    ///   - mailbox: the mailbox of the token; nil for the shared one.
    ///   - withLabels: whether the fix is a consent to labels too.
    init(
        _ error: GmailError, tokenOf mailbox: Mailbox?, in deployment: Deployment,
        withLabels: Bool = false
    ) {
        let consent = deployment.consent(for: mailbox, withLabels: withLabels)
        let cure = "Consent again with: \(consent)"
        switch error {
        case .unconfirmed(_, let status):
            self.init(
                .unreachable,
                "The answer is a success (\(status)), but lacks the id of the mail at Gmail, so "
                    + "the mail may be there or not. Check whether a proxy is in the way, then try "
                    + "again.")
        case .undecodable(_, let status):
            self.init(
                .unreachable,
                "Google's answer was not understood (\(status)). Check whether a proxy or a "
                    + "network's sign-in page is in the way, then try again.")
        case _ where error.isTransient:
            self.init(.unreachable, "\(error). Check the network, then try again.")
        case .noToken(let parameter):
            self.init(.notFound, "There is no token in \(parameter). \(cure)")
        case .malformedToken(let reason):
            self.init(.failed, "This is not a token file of google-auth: \(reason). \(cure)")
        case .tokenInvalid:
            self.init(
                .failed,
                "Google rejected the refresh token: it was revoked, was unused for six months, or "
                    + "the OAuth app is still in Testing and has to be published. \(cure)")
        case .unauthorized:
            self.init(.failed, "Google rejected the access token. \(cure)")
        case .refused(let call, let status, let reason, _, let address)
        where call.service == "Gmail":
            self.init(.failed, Self.refusal(status, reason, address, cure))
        case .refused(_, let status, let reason, _, _) where !Self.isOfClient(reason):
            self.init(
                .failed,
                "Google issues no access token for this refresh token (\(reason), \(status)). "
                    + "\(cure)")
        case .refused(_, _, let reason, _, _):
            self.init(
                .failed,
                "Google does not know the token's OAuth client, or its secret was changed "
                    + "(\(reason)). Download its file again, and name it with --client. \(cure)")
        // Passing errors, which were reported above.
        case .unanswered, .uploadUnfinished: self.init(.unreachable, "\(error).")
        }
    }

    /// Whether Google's reason is about the OAuth client.
    static func isOfClient(_ reason: String) -> Bool {
        ["invalid_client", "unauthorized_client", "deleted_client", "disabled_client"]
            .contains(reason)
    }

    private static func refusal(
        _ status: Int, _ reason: String, _ address: String, _ cure: String
    ) -> String {
        switch reason {
        case "insufficientPermissions", "ACCESS_TOKEN_SCOPE_INSUFFICIENT":
            "The token does not allow putting mail into \(address) (\(reason)). \(cure)"
        case "accessNotConfigured", "SERVICE_DISABLED":
            "The Gmail API is not enabled in the OAuth client's project (\(reason)). Enable it in "
                + "Google Cloud console, APIs and services, then try again."
        case _ where status == 403:
            "Gmail refuses mail for \(address) with this token (\(reason)). The token must be that "
                + "account's, and the address its primary one. \(cure)"
        default:
            "Gmail rejects the mail for \(address) (\(reason), \(status)). Check that the address "
                + "is the account's primary one."
        }
    }
}

extension Deployment {
    /// The command with which a person consents to a mailbox; nil for the shared token.
    func consent(for mailbox: Mailbox?, withLabels: Bool = false) -> String {
        command(
            "gmail authorize" + (mailbox.map { " --mailbox \($0.address.shellWord)" } ?? "")
                + (withLabels ? " --labels" : ""))
    }
}
