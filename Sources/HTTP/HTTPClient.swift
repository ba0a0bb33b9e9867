/// A blocking exchange of a request for a response. Decorators (retry, signature, trace) and the
/// doubles of tests conform too.
package protocol HTTPClient {
    func send(_ request: HTTPRequest) throws(HTTPError) -> HTTPResponse
}
