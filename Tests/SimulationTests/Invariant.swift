/// What must be true in every history, with the sentence of the contract that it holds.
enum Invariant: String {
    case oneState =
        "Every accepted mail ends in exactly one known state per recipient and mailbox"
    case importedOnce =
        "No mail is imported twice into a mailbox, except after a crash or an unknown outcome"
    case bouncedOnce =
        "No recipient is reported twice, except after a crash or an unknown outcome"
    case oneClaim = "A live claim of another delivery fails the record; nobody else gets it"
    case effectBeforeDone = "A row says done only after its effect"
    case noUnwantedReport = "No report goes to anyone who must not get one"
    case junkIsNotBounced = "Junk is never bounced"
    case copyIsKept = "The stored mail is deleted only when nobody needs it any more"
    case copyIsDeleted = "The stored mail is deleted when every import is done"
    case bytesAreUntouched = "Gmail gets the stored bytes, and the labels of the decision"
    case decisionFollowsRules = "A decision is what the rules say, or the documented fallback"
    case deadLetterHasReason = "Nothing fails, and becomes a dead letter, without a reason"
    case noSecretIsLogged = "No secret is in a log line"
    case keyHasPolicy = "No active key is without its policy and its boundary"
    case keyMadeOnce = "No invocation makes a key again that it may have made"
    case keyWasStored = "A key whose password was not stored is deleted"
    case identityFollowsRow = "At rest IAM is what the rows say"
    case historyEnds = "Every history ends"
}
