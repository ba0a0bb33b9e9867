/// A complete request. Only `Host`, `Content-Length` and the fields of a decorator (a signature, a
/// trace header) are added on its way.
package struct HTTPRequest: Equatable, Sendable {
    package var method: HTTPMethod
    /// Absolute, already percent-encoded; sent as it stands (no `/../` is resolved).
    package var url: String
    package var headers: HTTPHeaders
    package var body: HTTPBody
    package var responseBody: ResponseBody = .memory(limit: 16 << 20)
    /// The time for the whole exchange; nil waits for ever (the Runtime API's long poll). It is so
    /// short that a call which hangs is repeated before the function's own time is over.
    package var timeoutSeconds: Double? = 8
    /// The part of that time for the connection, TLS included.
    package var connectTimeoutSeconds: Double = 5
    /// Whether the same request may reach the server twice without harm.
    package var isRepeatable = true
    /// The name of the call in traces and errors.
    package var name: CallName

    package init(
        _ method: HTTPMethod, _ url: String, headers: HTTPHeaders = [:], body: HTTPBody = .empty,
        name: CallName
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.name = name
    }

    /// Scheme and authority: `https://host:port`; the whole URL where it has none.
    package var origin: Substring {
        let bytes = url.utf8
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")) else { return url[...] }
        let end = bytes[colon...].dropFirst(3).firstIndex { $0 == 0x2F || $0 == 0x3F || $0 == 0x23 }
        return url[..<(end ?? bytes.endIndex)]
    }
}

extension HTTPRequest {
    /// Whether the server is on the loopback interface, which no proxy reaches.
    var isToThisMachine: Bool {
        let authority = origin.drop { $0 != "/" }.dropFirst(2)
        return ["127.", "localhost", "[::1]"].contains { authority.hasPrefix($0) }
    }
}

/// The HTTP methods that are used here.
package enum HTTPMethod: String, Sendable {
    case get = "GET"
    case post = "POST"
    case put = "PUT"
    case delete = "DELETE"
}

/// The name of a call in traces and errors: `DynamoDB.BatchGetItem`, `Gmail.import`.
package struct CallName: Equatable, Sendable, CustomStringConvertible {
    package let service: String
    package let operation: String

    package init(_ service: String, _ operation: String) {
        self.service = service
        self.operation = operation
    }

    package var description: String { "\(service).\(operation)" }
}

/// The bytes that are sent: parts one after the other, so that a mail on disk can stand between two
/// multipart delimiters without ever being in memory.
package struct HTTPBody: Equatable, Sendable {
    package enum Part: Equatable, Sendable {
        case bytes([UInt8])
        /// `count` bytes of an open file from `offset`; the file must outlive the request.
        case file(descriptor: Int32, offset: Int64, count: Int64)

        package var count: Int64 {
            switch self {
            case .bytes(let bytes): Int64(bytes.count)
            case .file(_, _, let count): count
            }
        }
    }

    package static let empty = HTTPBody(parts: [])

    package let parts: [Part]

    package init(parts: [Part]) {
        self.parts = parts
    }

    package init(_ bytes: [UInt8]) {
        parts = bytes.isEmpty ? [] : [.bytes(bytes)]
    }

    package init(_ text: String) {
        self.init(Array(text.utf8))
    }

    package var count: Int64 { parts.reduce(0) { $0 + $1.count } }

    /// The body where it is in memory as one piece (what a signature hashes), else nil.
    package var bytes: [UInt8]? {
        switch (parts.count, parts.first) {
        case (0, _): []
        case (1, .bytes(let bytes)?): bytes
        default: nil
        }
    }
}

/// The destination of the answer's body.
package enum ResponseBody: Equatable, Sendable {
    /// Into `HTTPResponse.body`; a longer one is an error.
    case memory(limit: Int)
    /// A 2xx body goes to this file, from its start; any other into `HTTPResponse.body`.
    case file(descriptor: Int32, limit: Int64)
}
