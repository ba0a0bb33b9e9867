internal import JSON

/// One line of the report, about one thing that was checked.
struct DNSLine: Equatable {
    enum State: String {
        case ok
        case missing
        case different
        case conflicting
        /// There, and not wanted.
        case odd
        /// It could not be found out.
        case unknown

        var severity: Severity {
            switch self {
            case .ok: .ok
            case .odd, .unknown: .warning
            case .missing, .different, .conflicting: .error
            }
        }
        /// Whether the zone has to be changed.
        var isFinding: Bool { severity.isFinding && self != .unknown }
    }

    /// What is to be done in the zone.
    enum Change: Equatable {
        case set(WantedRecord)
        case remove(WantedRecord)

        var text: String {
            switch self {
            case .set(let record): "set: \(record.zoneLine)"
            case .remove(let record): "remove: \(record.zoneLine)"
            }
        }
    }

    let state: State
    /// `MX`, `SPF`, `policy`, `SES`.
    let subject: String
    let name: DNSName
    let words: String
    var changes: [Change] = []
    /// What to do where it is not a change of the zone.
    var advice: String?

    /// What is right and has a remark is worth knowing.
    var severity: Severity { state == .ok && advice != nil ? .note : state.severity }

    var details: [String] {
        changes.map(\.text) + (advice.map { ["\(state == .ok ? "note" : "do"): \($0)"] } ?? [])
    }

    func json(of domain: DNSName) -> JSONValue {
        var members: [JSONValue.Member] = [
            .init("domain", .string(domain.text)),
            .init("severity", .string(severity.rawValue)),
            .init("state", .string(state.rawValue)),
            .init("subject", .string(subject)), .init("name", .string(name.text)),
            .init("words", .string(words)),
        ]
        for change in changes {
            switch change {
            case .set(let record): members.append(.init("set", record.json))
            case .remove(let record): members.append(.init("remove", record.json))
            }
        }
        if let advice { members.append(.init("advice", .string(advice))) }
        return .object(members)
    }

}
