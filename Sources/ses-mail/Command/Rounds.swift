internal import AWS
internal import HTTP
internal import Process

/// Work that is done again and again: until Ctrl-C, until the reader of the output has gone, or
/// until a round was the last. After the first round it continues where AWS is busy or unreachable
/// for a while, and where expired credentials can be renewed.
struct Rounds {
    private var deployment: Deployment
    private let pauseSeconds: Double
    private let renew: () throws -> Deployment

    /// The rounds that may fail in a row, over several minutes.
    private static let failuresInARow = 20

    /// - Parameter renew: returns the deployment with the present credentials.
    init(
        _ deployment: Deployment, pauseSeconds: Double, renew: @escaping () throws -> Deployment
    ) {
        self.deployment = deployment
        self.pauseSeconds = pauseSeconds
        self.renew = renew
    }

    /// - Parameter round: returns whether another one follows.
    mutating func run(_ round: (Deployment) throws -> Bool) throws {
        // Lines are written whole, so nothing is left half done.
        OwnProcess.endOnSignals()
        var goesOn = try round(deployment)
        var failures = 0
        var isRenewed = false
        while goesOn {
            deployment.session.pacing.sleep(pauseSeconds)
            if Descriptor.standardOutput.isReaderGone { return }
            do {
                goesOn = try round(deployment)
                (failures, isRenewed) = (0, false)
            } catch let error as AWSError where error.isExpiredToken && !isRenewed {
                deployment = try renew()
                isRenewed = true
            } catch let error as AWSError {
                let failure = Failure(error, in: deployment)
                guard failure.status == .unreachable, failures < Rounds.failuresInARow else {
                    throw failure
                }
                failures += 1
                Output.progress("\(error); trying again …")
            }
        }
    }
}

extension AWSError {
    /// Credentials that were valid and are not any more.
    fileprivate var isExpiredToken: Bool {
        code == "ExpiredToken" || code == "ExpiredTokenException"
    }
}
