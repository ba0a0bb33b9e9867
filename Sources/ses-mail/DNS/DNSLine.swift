internal import JSON

/// One line of the report, about one thing that was checked.
struct DNSLine: Equatable {
    enum State: String {
        case ok
        case missing
        case different
        case conflicting
        /// Published, and not wanted.
        case odd
        /// Unknown to the DNS server at the moment.
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

    /// A change of the zone.
    enum Change: Equatable {
        case set(WantedRecord)
        case remove(WantedRecord)

        var recordToSet: WantedRecord? { if case .set(let record) = self { record } else { nil } }
        var recordToRemove: WantedRecord? {
            if case .remove(let record) = self { record } else { nil }
        }

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
    /// The advice where it is not a change of the zone.
    var advice: String?

    /// A correct record with a remark is a note.
    var severity: Severity { state == .ok && advice != nil ? .note : state.severity }

    var details: [String] {
        changes.map(\.text) + (advice.map { ["\(state == .ok ? "note" : "do"): \($0)"] } ?? [])
    }

    /// The line of a domain as a JSON object.
    func json(of domain: DNSName) -> JSONValue {
        [
            "domain": domain.text.json, "severity": severity.json, "state": state.rawValue.json,
            "subject": subject.json, "name": name.text.json, "detail": words.json,
            "set": changes.compactMap(\.recordToSet).map(\.json).json,
            "remove": changes.compactMap(\.recordToRemove).map(\.json).json,
            "cure": advice.json,
        ]
    }
}
