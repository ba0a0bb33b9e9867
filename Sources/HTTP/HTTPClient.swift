/// How do bytes get there and back? One blocking exchange; decorators (retry, signature, trace)
/// and the loopback tests conform too.
package protocol HTTPClient {
    func send(_ request: HTTPRequest) throws(HTTPError) -> HTTPResponse
}
