internal import ArgumentParser

/// A metric of the functions, in the namespace `SESMail/{environment}`.
enum CountedMetric: String, CaseIterable, ExpressibleByArgument {
    case emailsAccepted = "EmailsAccepted"
    case spamDetected = "SpamDetected"
    case virusDetected = "VirusDetected"
    case dmarcRejectDetected = "DmarcRejectDetected"
    case routerEnrichmentSuccess = "RouterEnrichmentSuccess"
    case routerEnrichmentFailure = "RouterEnrichmentFailure"
    case gmailForwardSuccess = "GmailForwardSuccess"
    case gmailForwardFailure = "GmailForwardFailure"
    case gmailForwardRefused = "GmailForwardRefused"
    case gmailTokenInvalid = "GmailTokenInvalid"
    case canaryDelivered = "CanaryDelivered"
    case bounceSendSuccess = "BounceSendSuccess"
    case bounceSendFailure = "BounceSendFailure"
    case bounceSuppressed = "BounceSuppressed"
    case smtpCredentialCreations = "SMTPCredentialCreations"
    case smtpCredentialCreationFailures = "SMTPCredentialCreationFailures"
    case smtpCredentialDeletions = "SMTPCredentialDeletions"
    case smtpCredentialDeletionFailures = "SMTPCredentialDeletionFailures"

    /// Whether a count above zero needs somebody's attention.
    var isTrouble: Bool {
        rawValue.hasSuffix("Failure") || rawValue.hasSuffix("Failures")
            || self == .gmailForwardRefused || self == .gmailTokenInvalid
    }
}
