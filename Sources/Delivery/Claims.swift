package import Mail

/// The claims of one delivery to the effects that its record asks for.
///
/// A handler claims them all, performs those that are granted, and concludes each as soon as it is
/// performed.
package struct Claims<Effect> {
    /// Each effect with the ledger's answer, in the record's order.
    package let answers: [(effect: Effect, answer: Result<Ledger.Claim, LedgerError>)]
    private let ledger: Ledger
    private let claimant: Claimant
    private let key: (Effect) -> LedgerKey

    /// Claims each effect.
    /// - Parameters:
    ///   - deadlineMilliseconds: the end of the invocation in epoch milliseconds.
    ///   - key: names the effect's row.
    package init(
        on effects: [Effect], in ledger: Ledger, until deadlineMilliseconds: Int64,
        key: @escaping (Effect) -> LedgerKey
    ) {
        let claimant = Claimant(until: deadlineMilliseconds)
        self.ledger = ledger
        self.claimant = claimant
        self.key = key
        answers = effects.map { effect in
            let answer = Result { () throws(LedgerError) in
                try ledger.claim(key(effect), for: claimant)
            }
            return (effect, answer)
        }
    }

    /// The effects to perform.
    package var granted: [Effect] {
        answers.filter { $0.answer == .success(.granted) }.map(\.effect)
    }

    /// The last reason why an effect could not be claimed; nil if all could.
    package var failure: LedgerError? {
        var failure: LedgerError?
        for case (_, .failure(let error)) in answers { failure = error }
        return failure
    }

    /// Marks the effect as performed. If this fails, the record must fail too.
    package func complete(_ effect: Effect) throws(LedgerError) {
        try ledger.complete(key(effect), by: claimant)
    }

    /// Marks the effect as refused for good, so that no delivery tries it again.
    package func refuse(_ effect: Effect, reason: String) throws(LedgerError) {
        try ledger.refuse(key(effect), by: claimant, reason: reason)
    }
}
