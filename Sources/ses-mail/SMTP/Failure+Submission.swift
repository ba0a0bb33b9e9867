internal import SMTPCredentials
internal import Submission
internal import Text

/// A mail that was to be sent with a credential.
struct SubmissionAttempt {
    let view: CredentialView
    let sender: String
    let recipients: [String]
    let server: ServerSettings

    /// Whether a pattern of the credential's list is or covers the sender, as IAM compares.
    fileprivate var isListed: Bool {
        view.senders.contains { pattern in
            pattern.hasSameBytes(as: sender)
                || pattern.utf8.first == UInt8(ascii: "*")
                    && sender.utf8.reversed().starts(with: pattern.utf8.dropFirst().reversed())
        }
    }
}

extension Failure {
    /// The meaning of SES's refusal for the owner of the credential
    /// (https://docs.aws.amazon.com/ses/latest/dg/troubleshoot-smtp.html).
    init(_ error: SubmissionError, at attempt: SubmissionAttempt, in deployment: Deployment) {
        let place = "\(attempt.server.host):\(attempt.server.port)"
        let cure =
            deployment.isLocal
            ? "Start it with: make local"
            : "Check that the network lets connections to port \(attempt.server.port) out"
        switch error {
        case .unreachable(let reason):
            self.init(
                .unreachable,
                "\(place) could not be reached: \(reason). \(cure), then try again.")
        case .timedOut:
            self.init(
                .unreachable,
                "\(place) did not answer in time, so whether the mail was sent is not known. "
                    + "\(cure), then try again.")
        case .broken(let reason):
            self.init(
                .unreachable,
                "The connection to \(place) broke, so whether the mail was sent is not known: "
                    + "\(reason). Try again.")
        case .insecure(let reason):
            self.init(
                .unreachable,
                "There is no secure connection to \(place), so nothing was sent: \(reason). Where "
                    + "the network has roots of its own, name their file in AWS_CA_BUNDLE.")
        case .unsupported:
            self.init(
                .failed,
                "This machine's libcurl does not speak SMTP, so nothing was sent. Install a whole "
                    + "libcurl, which some systems call libcurl-full.")
        case .loginRefused(let reply): self.init(loginRefused: reply, attempt, deployment)
        case .refused(let reply): self.init(refused: reply, attempt, deployment)
        }
    }

    private init(
        loginRefused reply: SubmissionReply, _ attempt: SubmissionAttempt, _ deployment: Deployment
    ) {
        let name = attempt.view.name
        let status = attempt.view.row.status
        let cure =
            switch status {
            case .active:
                "A new password works after some seconds. If this one has worked before, compare "
                    + "IAM with the rows: " + deployment.command("smtp reconcile")
            case .disabled:
                "It is disabled. Let it send with: "
                    + deployment.command("smtp enable \(name.shellWord)")
            default:
                "Its status is \(status.text). Look at it with: "
                    + deployment.command("smtp show \(name.shellWord)")
            }
        self.init(
            .refused,
            "SES refuses the login of \(name) (\(reply.sentence)). \(cure)")
    }

    private init(
        refused reply: SubmissionReply, _ attempt: SubmissionAttempt, _ deployment: Deployment
    ) {
        let name = attempt.view.name
        let isOf = reply.text.containsBytes(of:)
        if reply.code == 554, isOf("Access denied") {
            let allow = "smtp allow \(name.shellWord) --add \(attempt.sender.shellWord)"
            let cure =
                attempt.isListed
                ? "The list has this address, but a credential may send at the deployment's own "
                    + "domains only. Add the domain to domain in the environment's "
                    + "terraform.tfvars, then apply. A change of the list takes some seconds."
                : "Add the address with: " + deployment.command(allow)
            self.init(
                .refused,
                "SES does not let \(name) send from \(attempt.sender) (\(reply.sentence)). It may "
                    + "send from: \(attempt.view.senders.joined(separator: " ")). \(cure)")
        } else if reply.code == 554, isOf("not verified") {
            let strangers = ([attempt.sender] + attempt.recipients).filter {
                reply.text.asciiLowercased.containsBytes(of: $0.asciiLowercased)
            }
            let isRecipients = !strangers.isEmpty && !strangers.contains(attempt.sender)
            let cure =
                isRecipients
                ? "The account is in SES's sandbox, where recipients have to be verified too. "
                    + "Verify \(strangers.joined(separator: " ")), or ask for production access. "
                : "Verify the sender's domain with SES. "
            self.init(
                .failed,
                "SES does not send the mail (\(reply.sentence)). \(cure)Check with: "
                    + deployment.command("doctor"))
        } else if (400..<500).contains(reply.code) {
            self.init(
                .unreachable, "SES does not take the mail now (\(reply.sentence)). Try again.")
        } else {
            self.init(.failed, "SES does not take the mail (\(reply.sentence)).")
        }
    }
}

extension SubmissionReply {
    /// The answer as the middle of a sentence.
    fileprivate var sentence: String {
        let text = description.printable.shortened(to: 600)
        return text.hasSuffix(".") ? String(text.dropLast()) : text
    }
}
