internal import HTTP
internal import JSON
internal import Text

/// The call that we make of SES (https://docs.aws.amazon.com/ses/latest/APIReference-V2/).
package struct SESv2 {
    package let rest: RESTProtocol
    package var endpoint: String { rest.endpoint }

    package init(_ session: AWSSession) {
        rest = RESTProtocol(
            session, "SESv2", host: "email", signingName: "ses", variable: "SESV2")
    }

    /// Sends a finished message and returns SES's id for it (`SendEmail` with raw content). Not
    /// repeated where SES may have taken it.
    package func sendEmail(from sender: String, to recipient: String, raw: [UInt8]) throws(AWSError)
        -> String
    {
        let input: JSONValue = [
            "FromEmailAddress": .string(sender),
            "Destination": ["ToAddresses": [.string(recipient)]],
            "Content": ["Raw": ["Data": .string(Base64.encode(raw))]],
        ]
        var request = rest.request("SendEmail", "/v2/email/outbound-emails", input.bytes)
        request.isRepeatable = false
        // Giving up early would leave it unknown whether the mail was sent.
        request.timeoutSeconds = 25
        return try rest.client.document(request).required("MessageId", \.string)
    }
}
