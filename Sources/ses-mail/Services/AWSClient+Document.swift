internal import AWS
internal import HTTP
internal import JSON

extension AWSClient {
    /// The answer's document.
    func read(_ request: HTTPRequest) throws(AWSError) -> JSONValue {
        let response = try send(request)
        do {
            return try JSONValue(parsing: response.body)
        } catch {
            throw .undecodable(request.name, reason: error.description)
        }
    }
}
