internal import AWS
internal import HTTP

/// The pauses in which the changes of one stream record become visible everywhere in IAM: eight
/// seconds in all, another try after each pause, and nothing beyond the invocation's deadline
/// (https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency).
final class PropagationWait {
    private var pauses = [0.5, 0.5, 1, 2, 4][...]
    private let pacing: Pacing

    init(_ pacing: Pacing) {
        self.pacing = pacing
    }

    /// Tries again after each pause, as long as the error may be one that propagation ends.
    func repeating<Answer, Failure: Error>(
        while isPropagation: (Failure) -> Bool, _ attempt: () throws(Failure) -> Answer
    ) throws(Failure) -> Answer {
        while true {
            do {
                return try attempt()
            } catch {
                guard isPropagation(error), pause() else { throw error }
            }
        }
    }

    /// Sleeps for the next pause. False, at once, if none is left or the deadline is less than a
    /// second after it.
    private func pause() -> Bool {
        guard let seconds = pauses.first, seconds + 1 < pacing.secondsLeft() else { return false }
        pauses.removeFirst()
        pacing.sleep(seconds)
        return true
    }
}

extension CredentialError {
    /// Whether the error may only mean that a new user, its tags or its keys are not known
    /// everywhere in IAM yet. A permission that depends on a tag is denied until then.
    var isPerhapsPropagation: Bool {
        switch self {
        case .identityNotVisible, .deletedUserNotVisible: true
        case .rowKeepsChanging: false
        case .unavailable(let error), .notDeleted(let error):
            error.isRefusedByIAM && ["NoSuchEntity", "AccessDenied"].contains(error.code)
        }
    }
}
