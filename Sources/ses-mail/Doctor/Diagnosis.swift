/// What does a look at one thing come to?
struct Diagnosis: Equatable, Sendable {
    enum State: String, Sendable {
        case ok
        /// It works, but perhaps not as it was meant.
        case odd
        /// Mail is lost, late or not sent, or may be: nobody knows.
        case bad
    }

    let state: State
    let detail: String
    /// A command, or a sentence that can be followed; nil where all is well.
    let cure: String?

    static func ok(_ detail: String) -> Diagnosis {
        Diagnosis(state: .ok, detail: detail, cure: nil)
    }

    static func odd(_ detail: String, _ cure: String) -> Diagnosis {
        Diagnosis(state: .odd, detail: detail, cure: cure)
    }

    static func bad(_ detail: String, _ cure: String) -> Diagnosis {
        Diagnosis(state: .bad, detail: detail, cure: cure)
    }
}

extension Diagnosis.State {
    var mood: Output.Mood {
        switch self {
        case .ok: .good
        case .odd: .odd
        case .bad: .bad
        }
    }
}
