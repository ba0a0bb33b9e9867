internal import AWS
internal import SMTPCredentials

extension Failure {
    /// Why something ended half-way.
    /// - Parameter part: what was done before, such as `After 6 messages`.
    init(_ error: any Error, in deployment: Deployment, _ part: String) {
        let failure = Failure(any: error, in: deployment)
        self.init(failure.status, "\(part): \(failure.sentence)")
    }

    /// Whatever was thrown.
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
