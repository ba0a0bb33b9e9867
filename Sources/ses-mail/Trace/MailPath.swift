internal import AWS
internal import JSON
internal import Mail

/// The way of one mail: the stages behind it, with their times, and the place of each of its parts
/// now.
struct MailPath: Equatable {
    struct Stage: Equatable {
        /// Epoch milliseconds.
        let at: Int
        let place: String
        let event: String
        let severity: Severity?
    }

    /// Where one recipient's part of the mail is.
    struct End: Equatable {
        let recipient: String
        let action: String
        let place: String
        let severity: Severity?
        /// Whether nothing more happens to it by itself.
        let isFinal: Bool
    }

    /// Oldest first.
    let stages: [Stage]
    /// One for each target of the decisions; for all recipients together where none was found.
    let ends: [End]
    /// Whether nothing more happens to the mail by itself.
    var isFinal: Bool { ends.allSatisfy(\.isFinal) }

    /// - Parameter now: epoch milliseconds.
    init(_ trace: MailTrace, now: Int) {
        let stored = trace.object.found.first.flatMap { object in
            object.modifiedAt.map { seconds in
                Stage(
                    at: seconds * 1000, place: "S3", event: "stored, \(object.byteCount) bytes",
                    severity: nil)
            }
        }
        let decided = trace.decisions.found.map { line in
            let count = line.isCanary ? 1 : line.targets?.count
            let event = count.map { "decided, \($0.counted("target"))" } ?? "decided"
            return Stage(at: line.timestamp, place: "bus", event: event, severity: nil)
        }
        let logged = trace.log.found.compactMap(Stage.init)
        stages = ([stored].compactMap { $0 } + decided + logged).sorted { $0.at < $1.at }
        ends = Ends(trace, now).all
    }
}

extension MailPath.Stage {
    /// nil for a line that is neither an outcome nor trouble.
    fileprivate init?(_ line: LogLine) {
        guard line.outcome != nil || line.isTrouble else { return nil }
        let event = [line.outcome ?? line.message, line.reason].compactMap { $0 }
            .joined(separator: ": ")
        let severity = line.isTrouble ? line.severity : nil
        self.init(at: line.timestamp, place: line.source.name, event: event, severity: severity)
    }
}

extension MailPath {
    /// The path as rows of cells: a line down the stages, which parts into the ends.
    var stageRows: [[String]] {
        stages.enumerated().map { index, stage in
            let passed = index == 0 ? "" : "+\(MailPath.span(stage.at - stages[0].at))"
            let mark = index == 0 ? "┌" : "│"
            return [mark, Clock.exactText(stage.at), passed, stage.place, stage.event]
        }
    }

    var endRows: [[String]] {
        ends.enumerated().map { index, end in
            let mark = index == ends.count - 1 ? "└▶" : "├▶"
            return [mark, end.recipient, end.action, "now: \(end.place)"]
        }
    }

    /// `1.2 s`, `4 min 12 s`, `6 h 3 min`
    static func span(_ milliseconds: Int) -> String {
        let seconds = milliseconds / 1000
        switch seconds {
        case ..<60: return "\(seconds).\(milliseconds % 1000 / 100) s"
        case ..<3600: return "\(seconds / 60) min \(seconds % 60) s"
        default: return "\(seconds / 3600) h \(seconds % 3600 / 60) min"
        }
    }
}

extension LogLine {
    var outcome: String? { text(of: "outcome") }
    var reason: String? { text(of: "reason") }
    private func text(of name: String) -> String? {
        fields.first { $0.name == name }?.value.string
    }
}
