internal import HTTP
internal import JSON

extension SigV4 {
    struct CanonicalField {
        let name: String
        var value: String
    }

    /// Proxies and curl change these on the way, so no signature covers them.
    private static let unsignedNames: Set<String> = [
        "authorization", "connection", "expect", "keep-alive", "proxy-authenticate",
        "proxy-authorization", "te", "trailer", "transfer-encoding", "upgrade", "user-agent",
        "x-amzn-trace-id",
    ]

    /// Names in lower case and byte order; runs of white space folded to one space; the values of
    /// a repeated name joined in their order.
    static func canonicalFields(_ headers: HTTPHeaders) -> [CanonicalField] {
        var fields: [CanonicalField] = []
        for field in headers.fields {
            let name = asciiLowercased(field.name)
            guard !unsignedNames.contains(name) else { continue }
            let value = folded(field.value)
            if let index = fields.firstIndex(where: { $0.name == name }) {
                fields[index].value += ",\(value)"
            } else {
                fields.append(CanonicalField(name: name, value: value))
            }
        }
        return fields.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }

    /// Written straight into the new text: every signature does this to every name.
    private static func asciiLowercased(_ name: String) -> String {
        String(unsafeUninitializedCapacity: name.utf8.count) { text in
            text.initialize(fromContentsOf: name.utf8.lazy.map(\.asciiLowercased))
        }
    }

    private static func folded(_ value: String) -> String {
        // Almost no value has anything to fold.
        let isBlank = { (byte: UInt8) in byte <= 0x20 }
        var before = UInt8(ascii: " ")
        let isFolded = value.utf8.allSatisfy { byte in
            defer { before = byte }
            return !isBlank(byte) || byte == 0x20 && !isBlank(before)
        }
        if isFolded && !isBlank(before) { return value }
        return value.utf8.split { $0 == 0x20 || (0x09...0x0D).contains($0) }
            .map { String(decoding: $0, as: UTF8.self) }.joined(separator: " ")
    }

    /// Pairs encoded anew and sorted by encoded key, then by encoded value.
    static func canonicalQuery(_ query: String) -> String {
        let pairs: [(key: String, value: String)] = query.utf8
            .split(separator: UInt8(ascii: "&"))
            .map { pair in
                let keyEnd = pair.firstIndex(of: UInt8(ascii: "=")) ?? pair.endIndex
                let key = PercentEncoding.encode(PercentEncoding.bytes(pair[..<keyEnd]))
                return (
                    key,
                    PercentEncoding.encode(
                        PercentEncoding.bytes(pair[keyEnd...].dropFirst()))
                )
            }
        // Encoded text is ASCII, so String's order is the order of its bytes.
        return
            pairs
            .sorted { ($0.key, $0.value) < ($1.key, $1.value) }
            .map { "\($0.key)=\($0.value)" }
            .joined(separator: "&")
    }
}

/// The three pieces of an absolute URL that a signature covers, cut and not interpreted.
struct URLParts {
    /// `host` or `host:port`, as `Host` carries it.
    let authority: String
    let path: String
    let query: String

    init(_ url: String) {
        let bytes = url.utf8
        let scheme = url.hasPrefix("https://") ? "https://" : "http://"
        let rest = bytes.dropFirst(scheme.utf8.count)
        let authorityEnd = rest.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") }
        let authority = Substring(rest[..<(authorityEnd ?? rest.endIndex)])
        let defaultPort = scheme == "https://" ? ":443" : ":80"
        self.authority = String(
            authority.hasSuffix(defaultPort) ? authority.dropLast(defaultPort.count) : authority)
        let target = rest[(authorityEnd ?? rest.endIndex)...]
        let pathEnd = target.firstIndex(of: UInt8(ascii: "?")) ?? target.endIndex
        path = String(Substring(target[..<pathEnd]))
        query = String(Substring(target[pathEnd...].dropFirst()))
    }
}
