/// The judgement of one thing that was looked at.
struct Diagnosis: Equatable, Sendable {
    let severity: Severity
    let detail: String
    /// A command, or a sentence that can be followed; nil where nothing has to be done.
    let cure: String?
    /// Why nothing was learned: AWS did not answer, or refused to.
    let failure: Failure.Status?

    private init(
        _ severity: Severity, _ detail: String, _ cure: String?, _ failure: Failure.Status? = nil
    ) {
        self.severity = severity
        self.detail = detail
        self.cure = cure
        self.failure = failure
    }

    static func ok(_ detail: String) -> Diagnosis { Diagnosis(.ok, detail, nil) }

    static func note(_ detail: String) -> Diagnosis { Diagnosis(.note, detail, nil) }

    static func warning(_ detail: String, _ cure: String) -> Diagnosis {
        Diagnosis(.warning, detail, cure)
    }

    static func error(_ detail: String, _ cure: String) -> Diagnosis {
        Diagnosis(.error, detail, cure)
    }

    /// An error, for what nobody knows is no assurance; its status is told from that of a finding.
    static func unknown(_ detail: String, _ failure: Failure) -> Diagnosis {
        Diagnosis(.error, detail, failure.sentence, failure.status)
    }
}
