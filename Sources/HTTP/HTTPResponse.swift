/// An answer of any status. Only a missing answer is an `HTTPError`.
package struct HTTPResponse: Equatable, Sendable {
    package let status: Int
    package let headers: HTTPHeaders
    /// Empty if the body went to a file.
    package let body: [UInt8]

    package init(status: Int, headers: HTTPHeaders = [:], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    package var isSuccess: Bool { (200..<300).contains(status) }
}
