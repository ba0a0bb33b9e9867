import JSON
import TestSupport

/// What a person does to the rows of the credentials.
struct CredentialAction {
    enum Kind: CaseIterable {
        case paste, pasteWrongList, setActive, disable, rotate, setPending, setOddStatus
        case changeList, breakList, describe, delete, deleteTimer, addTimer, loseBoundary
    }

    static let goodLists = [["a@example.com"], ["*@example.com"], ["*", "b@example.org"]]
    static let wrongLists = [[], ["a*@example.com"], ["a@example.com", "${x}@example.com"]]

    let kind: Kind
    let username: String
    let list: [String]
    let wrongList: [String]

    static func random(_ random: inout SeededGenerator) -> CredentialAction {
        let kinds: [Kind] =
            Kind.allCases + [.paste, .paste, .rotate, .disable, .setActive, .delete]
        return CredentialAction(
            kind: random.any(kinds), username: random.any(["john", "mary@example.com"]),
            list: random.any(goodLists), wrongList: random.any(wrongLists))
    }
}

extension World {
    func perform(_ action: CredentialAction) {
        let sortKey = "USER#\(action.username)"
        let row = table["SMTP_USER", sortKey]
        func set(_ name: String, _ value: JSONValue) {
            guard var row else { return }
            row[name] = value
            edit("SMTP_USER", sortKey, row)
        }
        func list(_ texts: [String]) -> JSONValue {
            ["L": .array(texts.map { ["S": .string($0)] })]
        }
        func paste(_ texts: [String]) {
            edit(
                "SMTP_USER", sortKey,
                ["status": ["S": "pending"], "allowed_from_addresses": list(texts)])
        }
        switch action.kind {
        case .paste: paste(action.list)
        case .pasteWrongList: paste(action.wrongList)
        case .setActive: set("status", ["S": "active"])
        case .disable: set("status", ["S": "disabled"])
        case .rotate: set("status", ["S": "rotate"])
        case .setPending: set("status", ["S": "pending"])
        case .setOddStatus: set("status", ["S": "on"])
        case .changeList: set("allowed_from_addresses", list(action.list))
        case .breakList: set("allowed_from_addresses", list(action.wrongList))
        case .describe: set("description", ["S": .string("at \(now)")])
        case .delete: edit("SMTP_USER", sortKey, nil)
        case .deleteTimer:
            let timers = table.rows.keys.map(\.sk).filter { $0.hasPrefix("RETIRE#") }.sorted()
            if let timer = timers.first { edit("SMTP_USER", timer, nil) }
        case .addTimer:
            // By mistake, for the key in use.
            guard let key = row?["access_key_id"]?["S"]?.string,
                let name = row?["iam_user_name"]
            else { return }
            edit(
                "SMTP_USER", "RETIRE#\(action.username)#\(key)",
                ["iam_user_name": name, "expires_at": ["N": .string(String(Int(now) + 60))]])
        case .loseBoundary:
            // A user that was made before there was a boundary; the next record mends it.
            guard let name = row?["iam_user_name"]?["S"]?.string else { return }
            identities.users[name]?.boundary = nil
            identities.users[name]?.isOlder = true
            set("description", ["S": .string("at \(now)")])
        }
    }
}
