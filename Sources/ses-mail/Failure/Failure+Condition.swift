internal import AWS
internal import SMTPCredentials

extension Failure {
    /// Writes, and throws itself where the row does not meet the write's condition.
    func unlessConditionHolds(_ write: () throws -> Void) throws {
        do {
            try write()
        } catch let error as AWSError where error.isConditionalCheckFailed {
            throw self
        }
    }

    /// Writes, and throws itself where the row does not meet the write's condition, unless the row
    /// is as wanted: a write that is repeated after a lost answer fails because it succeeded
    /// before.
    func unless(_ isAsWanted: () throws -> Bool, _ write: () throws -> Void) throws {
        do {
            try unlessConditionHolds(write)
        } catch let failure as Failure where failure == self {
            guard try isAsWanted() else { throw self }
        }
    }
}

extension Failure {
    /// The reason why something ended half-way.
    /// - Parameter part: the part that was done, such as `After 6 messages`.
    init(_ error: any Error, in deployment: Deployment, _ part: String) {
        let failure = Failure(any: error, in: deployment)
        self.init(failure.status, "\(part): \(failure.sentence)")
    }

    /// The sentence for any error.
    init(any error: any Error, in deployment: Deployment) {
        self =
            switch error {
            case let error as AWSError: Failure(error, in: deployment)
            case let error as CredentialError: Failure(error, in: deployment)
            case let error as Failure: error
            default: Failure(.failed, "\(error).")
            }
    }
}
