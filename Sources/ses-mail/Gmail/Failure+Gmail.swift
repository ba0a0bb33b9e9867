internal import Gmail
internal import HTTP
internal import Mail

extension Failure {
    /// Why a token does not open its mailbox, and what mends it.
    /// - Parameter mailbox: whose own token it is; nil for the shared one.
    init(_ error: GmailError, tokenOf mailbox: Mailbox?) {
        let cure =
            "consent anew with: ses-mail gmail authorize"
            + (mailbox.map { " --mailbox \($0.address)" } ?? "")
        switch error {
        case .unconfirmed(_, let status):
            self.init(
                .unreachable,
                "What answered says that all is well (\(status)), and not which id the mail has at "
                    + "Gmail, which may have it or not: see whether a proxy is in the way, then "
                    + "try again.")
        case .undecodable(_, let status):
            self.init(
                .unreachable,
                "Google's answer was not understood (\(status)): see whether a proxy or a "
                    + "network's sign-in page is in the way, then try again.")
        case _ where error.isPassing:
            self.init(.unreachable, "\(error); check the network, then try again.")
        case .noToken(let parameter):
            self.init(.notFound, "There is no token in \(parameter): \(cure)")
        case .malformedToken(let reason):
            self.init(.failed, "This is no token file of google-auth (\(reason)): \(cure)")
        case .tokenInvalid:
            self.init(
                .failed,
                "Google takes the refresh token no more (it was withdrawn, was not used for six "
                    + "months, or is of an OAuth app in testing, which you must publish): \(cure)")
        case .unauthorized:
            self.init(.failed, "Google refuses the access token: \(cure)")
        case .refused(let call, let status, let reason, let address) where call.service == "Gmail":
            self.init(.failed, Self.refusal(status, reason, address, cure))
        case .refused(_, let status, let reason, _) where !Self.isOfClient(reason):
            self.init(
                .failed, "Google gives no access token for this one (\(reason), \(status)): \(cure)"
            )
        case .refused(_, _, let reason, _):
            self.init(
                .failed,
                "Google does not know the token's OAuth client, or its secret was changed "
                    + "(\(reason)): download its file again and name it with --client; \(cure)")
        // These are passing, and were told above.
        case .notBegun, .unanswered, .uploadUnfinished: self.init(.unreachable, "\(error).")
        }
    }

    /// Whether Google's word blames the OAuth client.
    static func isOfClient(_ reason: String) -> Bool {
        ["invalid_client", "unauthorized_client", "deleted_client", "disabled_client"]
            .contains(reason)
    }

    private static func refusal(
        _ status: Int, _ reason: String, _ address: String, _ cure: String
    ) -> String {
        switch reason {
        case "insufficientPermissions", "ACCESS_TOKEN_SCOPE_INSUFFICIENT":
            "The token does not allow to put mail into \(address) (\(reason)): \(cure)"
        case "accessNotConfigured", "SERVICE_DISABLED":
            "The Gmail API is not enabled in the OAuth client's project (\(reason)): enable it in "
                + "Google Cloud console, APIs and services, then try again."
        case _ where status == 403:
            "Gmail refuses mail for \(address) with this token (\(reason)): it must be that "
                + "account's, and the address the account's primary one; \(cure)"
        default:
            "Gmail does not take the mail for \(address) (\(reason), \(status)): check that the "
                + "address is the account's primary one."
        }
    }
}
