import HTTP
import Text

/// IAM in memory: users with tags, a boundary, keys and policies. A change may be visible later.
struct Identities {
    struct User {
        var tags: [(key: String, value: String)] = []
        var boundary: String?
        var keys: [Key] = []
        /// Name → document.
        var policies: [String: String] = [:]
        /// Whether it was made before there was a boundary, and has none yet.
        var isOlder = false
        /// The time from which IAM shows the user.
        var visibleFrom = 0.0
    }

    struct Key {
        let id: String
        let secret: String
        /// The invocation that made it.
        let maker: Run
        var isActive = true
        var visibleFrom = 0.0
        /// Whether IAM listed it only later.
        let isLate: Bool
    }

    var users: [String: User] = [:]
    var keyCount = 0
    /// The keys that a row has named at some time.
    var namedKeys: Set<String> = []
    /// The passwords that were encrypted so far, by their key.
    var passwords: [String: String] = [:]

    /// The parameters of a call of the query protocol.
    static func form(_ request: HTTPRequest) -> [String: String] {
        let text = String(decoding: request.body.bytes ?? [], as: UTF8.self)
        let pairs = text.split(separator: "&").map { pair in
            let sides = pair.split(separator: "=", maxSplits: 1)
            return (String(sides[0]), sides.count > 1 ? PercentEncoding.decode("\(sides[1])") : "")
        }
        return Dictionary(pairs, uniquingKeysWith: { $1 })
    }
}

extension Identities.User {
    /// The elements that describe the user in an answer.
    func xml(_ name: String) -> String {
        let members = tags.map {
            "<member><Key>\($0.key)</Key><Value>\($0.value)</Value></member>"
        }
        let boundary = boundary.map {
            "<PermissionsBoundary><PermissionsBoundaryArn>\($0)</PermissionsBoundaryArn>"
                + "</PermissionsBoundary>"
        }
        return "<User><UserName>\(name)</UserName>"
            + "<Arn>arn:aws:iam::123456789012:user/\(name)</Arn>"
            + "<Tags>\(members.joined())</Tags>\(boundary ?? "")</User>"
    }

    /// Whether every key of it is under a policy and the boundary.
    var isRestricted: Bool {
        !policies.isEmpty && (isOlder || boundary == Deployment.boundary)
    }
}
