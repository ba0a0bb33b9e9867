internal import FoundationEssentials
internal import HTTP

/// How is an operation of a JSON service called? One POST to `/`, the operation in `X-Amz-Target`
/// (https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html; 1.1 differs in its name).
struct JSONProtocol {
    let client: AWSClient
    let endpoint: String
    let service: String
    let targetPrefix: String
    let contentType: String

    enum Version: String {
        case v1_0 = "1.0"
        case v1_1 = "1.1"
    }

    init(
        _ client: AWSClient, endpoint: String, service: String, targetPrefix: String,
        version: Version
    ) {
        self.client = client
        self.endpoint = endpoint
        self.service = service
        self.targetPrefix = targetPrefix
        contentType = "application/x-amz-json-\(version.rawValue)"
    }

    func call<Input: Encodable, Output: Decodable>(
        _ operation: String, _ input: Input, returning: Output.Type = Output.self
    ) throws(AWSError) -> Output {
        let name = CallName(service, operation)
        var request = HTTPRequest(
            .post, "\(endpoint)/",
            headers: [
                "Content-Type": contentType, "X-Amz-Target": "\(targetPrefix).\(operation)",
            ],
            name: name)
        request.body = HTTPBody(try JSON.encoded(input, for: name))
        return try JSON.decoded(try client.send(request).body, for: name)
    }
}

/// JSON both ways, its failures told as the call's.
enum JSON {
    static func encoded(_ input: some Encodable, for name: CallName) throws(AWSError) -> Data {
        do {
            let encoder = JSONEncoder()
            encoder.outputFormatting = .withoutEscapingSlashes
            return try encoder.encode(input)
        } catch {
            throw .unanswered(.misconfigured(name, reason: "the input has no JSON form"))
        }
    }

    static func decoded<Output: Decodable>(
        _ body: Data, for name: CallName
    ) throws(AWSError) -> Output {
        do {
            return try JSONDecoder().decode(Output.self, from: body)
        } catch {
            throw .undecodable(name, reason: "\(body.count) bytes are not the documented JSON")
        }
    }
}

/// An answer of which nothing is read.
struct Ignored: Decodable {}
