package import FoundationEssentials
internal import HTTP

/// The call that we make of SES (https://docs.aws.amazon.com/ses/latest/APIReference-V2/).
package struct SESv2 {
    private let client: AWSClient
    private let endpoint: String

    package init(_ session: AWSSession) {
        client = session.client(signingName: "ses")
        endpoint =
            session.endpointOverride("SESV2") ?? "https://email.\(session.region).amazonaws.com"
    }

    /// Sends a finished message and answers SES's id for it (`SendEmail` with raw content). Not
    /// repeated where SES may have taken it.
    package func sendEmail(from sender: String, to recipient: String, raw: Data) throws(AWSError)
        -> String
    {
        let name = CallName("SESv2", "SendEmail")
        let input = Question(
            sender: sender, destination: .init(to: [recipient]),
            content: .init(raw: .init(data: raw)))
        var request = HTTPRequest(
            .post, "\(endpoint)/v2/email/outbound-emails",
            headers: ["Content-Type": "application/json"],
            body: HTTPBody(try JSON.encoded(input, for: name)), name: name)
        request.isRepeatable = false
        let answer: Answer = try JSON.decoded(try client.send(request).body, for: name)
        return answer.messageID
    }

    private struct Question: Encodable {
        struct Destination: Encodable {
            let to: [String]

            enum CodingKeys: String, CodingKey { case to = "ToAddresses" }
        }
        struct Content: Encodable {
            struct Raw: Encodable {
                /// `JSONEncoder` writes `Data` as the base64 that the service wants.
                let data: Data

                enum CodingKeys: String, CodingKey { case data = "Data" }
            }
            let raw: Raw

            enum CodingKeys: String, CodingKey { case raw = "Raw" }
        }
        let sender: String
        let destination: Destination
        let content: Content

        enum CodingKeys: String, CodingKey {
            case sender = "FromEmailAddress"
            case destination = "Destination"
            case content = "Content"
        }
    }

    private struct Answer: Decodable {
        let messageID: String

        enum CodingKeys: String, CodingKey { case messageID = "MessageId" }
    }
}
