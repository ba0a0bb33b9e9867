internal import AWS
internal import JSON

/// One question about the deployment. It only asks; the answers' own types judge.
struct Check {
    let name: String
    /// The diagnosis of one thing or of several, each with its name.
    let ask: () throws -> [Finding]

    /// On several things that one answer tells of.
    init(each name: String, _ ask: @escaping () throws -> [Finding]) {
        self.name = name
        self.ask = ask
    }

    init(_ name: String, _ ask: @escaping () throws -> Diagnosis) {
        self.init(each: name) { [Finding(name, try ask())] }
    }

    /// The findings; one that says why, where the question was not answered. Others go on.
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
    /// How what Terraform made is made again: it shows the plan, and asks.
    var applying: String { make("apply") }
}
