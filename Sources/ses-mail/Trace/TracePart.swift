/// Something that has to be said of a part beside what was found: why it could not be read, or not
/// all of it.
struct TraceRemark: Equatable {
    let severity: Severity
    let words: String
}

/// One part of what is known of a mail.
struct TracePart<Finding> {
    let title: String
    var found: [Finding] = []
    var remarks: [TraceRemark] = []

    init(_ title: String) {
        self.title = title
    }

    /// Adds what `ask` finds, or the reason why it could not.
    mutating func read(_ place: String, _ deployment: Deployment, _ ask: () throws -> [Finding]) {
        do {
            found += try ask()
        } catch {
            let sentence = Failure(any: error, in: deployment).sentence
            remarks.append(
                TraceRemark(severity: .error, words: "\(place) could not be read: \(sentence)"))
        }
    }
}
