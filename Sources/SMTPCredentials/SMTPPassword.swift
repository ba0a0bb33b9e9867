internal import AWS
package import HTTP
internal import JSON
internal import Text

/// The password of a mail client: SES's Version 4, derived from the key's secret
/// (https://docs.aws.amazon.com/ses/latest/dg/smtp-credentials.html).
package enum SMTPPassword {
    /// - Parameter region: the one whose SMTP endpoint the client connects to.
    package static func derive(from secret: Secret, region: String) -> Secret {
        let seed = Array("AWS4\(secret.value)".utf8)
        let signature = ["11111111", region, "ses", "aws4_request", "SendRawEmail"]
            .reduce(seed) { key, message in Digest.hmac(key: key, message) }
        let version: UInt8 = 0x04
        return Secret(Base64.encode([version] + signature))
    }
}
