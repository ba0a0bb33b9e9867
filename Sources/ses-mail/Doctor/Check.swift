internal import AWS
internal import JSON

/// One question about the deployment, and the judgement of the answer.
struct Check {
    let name: String
    /// The diagnosis of one thing or of several, each with its name.
    let ask: () throws -> [Finding]

    /// A check of several things with one answer.
    init(each name: String, _ ask: @escaping () throws -> [Finding]) {
        self.name = name
        self.ask = ask
    }

    init(_ name: String, _ ask: @escaping () throws -> Diagnosis) {
        self.init(each: name) { [Finding(name, try ask())] }
    }

    /// The findings. If the question was not answered, a finding gives the reason, and other checks
    /// go on.
    func findings(in deployment: Deployment) throws -> [Finding] {
        do {
            return try ask()
        } catch let error as AWSError {
            return [Finding(name, Check.unanswered(error, in: deployment))]
        } catch let failure as Failure {
            let diagnosis: Diagnosis =
                failure.status == .notFound
                ? .error("is not there", deployment.applying)
                : .unknown("could not be checked", failure)
            return [Finding(name, diagnosis)]
        }
    }

    static func unanswered(_ error: AWSError, in deployment: Deployment) -> Diagnosis {
        let failure = Failure(error, in: deployment)
        let code = error.code.map { " (\($0))" } ?? ""
        return failure.status == .notFound
            ? .error("is not there\(code)", deployment.applying)
            : .unknown("could not be checked\(code)", failure)
    }

    struct Finding: Equatable {
        let check: String
        let diagnosis: Diagnosis

        init(_ check: String, _ diagnosis: Diagnosis) {
            self.check = check
            self.diagnosis = diagnosis
        }

        static var columns: Columns<Finding> {
            [
                Column("", "check", \.check),
                Column("", "severity", \.diagnosis.severity),
                Column("", "detail", \.diagnosis.detail), .data("cure", \.diagnosis.cure),
            ]
        }
    }
}

/// Checks of what belongs together.
struct CheckGroup {
    let title: String
    let checks: [Check]
}

extension Deployment {
    /// The command that restores what Terraform made. It shows the plan, and asks.
    var applying: String { make("apply") }
}

/// The judgement of one thing that was looked at.
struct Diagnosis: Equatable, Sendable {
    let severity: Severity
    let detail: String
    /// A command, or a sentence that can be followed; nil if nothing has to be done.
    let cure: String?
    /// The reason why nothing is known: AWS did not answer, or refused to.
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

    /// An unanswered question. It counts as an error, because the thing may be broken; its exit
    /// status differs from that of a finding.
    static func unknown(_ detail: String, _ failure: Failure) -> Diagnosis {
        Diagnosis(.error, detail, failure.sentence, failure.status)
    }
}
