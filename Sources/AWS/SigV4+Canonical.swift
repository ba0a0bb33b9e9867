internal import HTTP
internal import Text

extension SigV4 {
    struct CanonicalField {
        let name: String
        var value: String
    }

    /// Proxies and curl change these on the way, so no signature covers them.
    private static let unsignedNames = [
        "authorization", "connection", "expect", "keep-alive", "proxy-authenticate",
        "proxy-authorization", "te", "trailer", "transfer-encoding", "upgrade", "user-agent",
        "x-amzn-trace-id",
    ]

    /// Names in lower case and byte order; runs of white space folded to one space; the values of
    /// a repeated name joined in their order.
    ///
    /// `host` is the value of the field that libcurl adds if the request has none.
    static func canonicalFields(_ headers: HTTPHeaders, host: String) -> [CanonicalField] {
        var fields: [CanonicalField] = []
        for field in headers.fields {
            let name = field.name.asciiLowercased
            guard !unsignedNames.contains(name) else { continue }
            let value = folded(field.value)
            if let index = fields.firstIndex(where: { $0.name == name }) {
                fields[index].value += ",\(value)"
            } else {
                fields.append(CanonicalField(name: name, value: value))
            }
        }
        if !fields.contains(where: { $0.name == "host" }) {
            fields.append(CanonicalField(name: "host", value: host))
        }
        // Names are ASCII, so String's order is the order of their bytes.
        return fields.sorted { $0.name < $1.name }
    }

    private static func folded(_ value: String) -> String {
        // Almost no value has anything to fold.
        isFolded(value)
            ? value
            : value.utf8.split { $0 == 0x20 || (0x09...0x0D).contains($0) }
                .map { String(decoding: $0, as: UTF8.self) }.joined(separator: " ")
    }

    /// Whether the value neither begins nor ends with a blank, and has no two of them in a row.
    private static func isFolded(_ value: String) -> Bool {
        var value = value
        return value.withUTF8 { bytes in
            var isAfterBlank = true
            for byte in bytes {
                let isBlank = byte <= 0x20
                if isBlank && (isAfterBlank || byte != 0x20) { return false }
                isAfterBlank = isBlank
            }
            return !isAfterBlank
        }
    }

    /// Pairs encoded anew and sorted by encoded key, then by encoded value.
    static func canonicalQuery(_ query: String) -> String {
        if query.isEmpty { return "" }
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
        var url = url
        (authority, path, query) = url.withUTF8 { bytes in
            let isSecure = bytes.starts(with: "https://".utf8)
            let rest = bytes.dropFirst(isSecure ? 8 : 7)
            let authorityEnd =
                rest.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") }
                ?? rest.endIndex
            let authority = rest[..<authorityEnd]
            let target = rest[authorityEnd...]
            let pathEnd = target.firstIndex(of: UInt8(ascii: "?")) ?? target.endIndex
            let port = isSecure ? ":443" : ":80"
            let hasDefaultPort = authority.suffix(port.utf8.count).elementsEqual(port.utf8)
            return (
                String(
                    decoding: hasDefaultPort ? authority.dropLast(port.utf8.count) : authority,
                    as: UTF8.self),
                String(decoding: target[..<pathEnd], as: UTF8.self),
                String(decoding: target[pathEnd...].dropFirst(), as: UTF8.self)
            )
        }
    }
}
