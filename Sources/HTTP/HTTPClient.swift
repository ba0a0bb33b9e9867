/// One blocking exchange of a request for a response; decorators (retry, signature, trace)
/// and the loopback tests conform too.
package protocol HTTPClient {
    func send(_ request: HTTPRequest) throws(HTTPError) -> HTTPResponse
}
