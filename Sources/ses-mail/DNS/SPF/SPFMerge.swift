/// The comparison of a name's SPF records with the wanted one. Others send mail for the domain too,
/// so the advice never removes a sender that somebody has added.
struct SPFMerge {
    private let name: DNSName
    private let wantedText: String
    private let wanted: SPFRecord

    /// nil if the wanted text is not a record itself.
    init?(_ wantedText: String, at name: DNSName) {
        // Terraform's record is always valid; an invalid one of a file is compared as text.
        guard let wanted = try? SPFRecord(wantedText) else { return nil }
        self.name = name
        self.wantedText = wantedText
        self.wanted = wanted
    }

    func comparison(with there: SPFRecord) -> PolicyComparison {
        guard ending(there) == ending(wanted) else { return .different }
        if runs(there) == runs(wanted) { return .same }
        let meanings = there.mechanisms.map(meaning)
        let isWhole = wanted.mechanisms.allSatisfy { term in
            meanings.first { $0.subject == meaning(term).subject } == meaning(term)
        }
        let others = others(in: [there])
        return isWhole && !others.isEmpty ? .more(others.map(\.text)) : .different
    }

    /// One record with the senders of all these records, and the wanted ones.
    func text(joining records: [SPFRecord]) -> String {
        let meanings = Set(wanted.mechanisms.map(meaning))
        let subjects = Set(meanings.map(\.subject))
        let kept = records.flatMap { record in
            // A wanted sender that the present record refuses is allowed.
            record.mechanisms.filter { term in
                let meaning = meaning(term)
                return meanings.contains(meaning) || !subjects.contains(meaning.subject)
            } + redirected(record)
        }
        guard kept.contains(where: { !meanings.contains(meaning($0)) }) else { return wantedText }
        var seen: Set<Meaning> = []
        let terms = (kept + wanted.mechanisms).filter { seen.insert(meaning($0)).inserted }
        let words = terms + (wanted.end.map { [$0] } ?? []) + (records.first?.modifiers ?? [])
        return (["v=spf1"] + words.map(\.text)).joined(separator: " ")
    }

    /// The senders that are not wanted, each once.
    func others(in records: [SPFRecord]) -> [SPFTerm] {
        let wanted = Set(wanted.mechanisms.map { meaning($0).subject })
        let terms = records.flatMap { $0.mechanisms + redirected($0) }
        var seen: Set<Meaning> = []
        return terms.filter { term in
            let meaning = meaning(term)
            return !wanted.contains(meaning.subject) && seen.insert(meaning).inserted
        }
    }

    /// The values of Terraform's variables with which it wants these senders too, by variable, and
    /// the terms for which it has none.
    func settings(for terms: [SPFTerm]) -> SPFSettings {
        let variables = [
            "a": "spf_a_records", "include": "spf_include_domains", "mx": "spf_mx_records",
        ]
        var settings = SPFSettings()
        for term in terms {
            let target = term.argument.isEmpty ? name : term.target
            let isPlain = "+\(term.name):\(target)" == "\(term.qualifier)\(term.meaning(at: name))"
            if let variable = variables[term.name], isPlain, !term.hasMacro,
                variable != "spf_mx_records" || target != name
            {
                settings.values[variable, default: []].append(target.text)
            } else {
                settings.left.append(term.text)
            }
        }
        return settings
    }

    private struct Meaning: Hashable {
        let qualifier: String
        let subject: String
    }

    private func meaning(_ term: SPFTerm) -> Meaning {
        Meaning(qualifier: term.qualifier, subject: term.meaning(at: name))
    }

    /// The terms in runs of one result, within which the order has no meaning.
    private func runs(_ record: SPFRecord) -> [Set<Meaning>] {
        var runs: [Set<Meaning>] = []
        for term in record.mechanisms.map(meaning) {
            if runs.last?.first?.qualifier == term.qualifier {
                runs[runs.count - 1].insert(term)
            } else {
                runs.append([term])
            }
        }
        return runs
    }

    /// Without `all` and `redirect` the result is neutral (RFC 7208 §4.7).
    private func ending(_ record: SPFRecord) -> Meaning {
        record.end.map(meaning) ?? Meaning(qualifier: "?", subject: "all:")
    }

    /// Beside the wanted `all` a `redirect` is not followed: as an `include` its senders stay.
    private func redirected(_ record: SPFRecord) -> [SPFTerm] {
        guard let end = record.end, end.name == "redirect",
            meaning(end) != wanted.end.map(meaning),
            // A valid target of one is a valid target of the other.
            let include = try? SPFTerm("include:\(end.argument)")
        else { return [] }
        return [include]
    }
}

/// The settings with which Terraform wants other senders too.
struct SPFSettings: Equatable {
    /// The domains of each variable.
    var values: [String: [String]] = [:]
    /// The terms for which there is no variable.
    var left: [String] = []

    /// The lines of a tfvars file.
    var lines: [String] {
        values.sorted { $0.key < $1.key }.map { "\($0.key) = \(HCLValue.texts($0.value).text)" }
    }
}

/// The result of a comparison of a published policy with the wanted one.
enum PolicyComparison: Equatable {
    case same
    /// A record of the same meaning, with these harmless additions.
    case more([String])
    case different
}
