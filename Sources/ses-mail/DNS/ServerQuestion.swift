/// A question to one server: by UDP, then without EDNS0 where the server does not know it, and by
/// TCP where the answer is cut off.
struct ServerQuestion {
    /// Why this server is of no use for the question.
    struct Failure: Error {
        let reason: String
        /// It said nothing at all, and may do so later.
        var isSilence = false
        /// It did say something.
        var isAnswer = false
    }

    /// What the server knows.
    enum Outcome {
        case answer(DNSAnswer)
        /// The aliases lead to a name that it does not tell about.
        case followed([DNSName])
    }

    let server: ServerAddress
    let name: DNSName
    let type: RecordType
    /// For an answer by UDP, and again for one by TCP.
    let seconds: Double

    /// - Parameter isExtended: whether to begin with EDNS0.
    func outcome(isExtended: Bool) throws(Failure) -> Outcome {
        let deadline = Clock.monotonicSeconds() + seconds
        var isExtended = isExtended
        while true {
            let query = DNSQuery(
                name, type, isExtended: isExtended, id: .random(in: 0...UInt16.max))
            let message = try datagram(query, deadline)
            switch DNSMessage.judge(message, name, type) {
            case .notUnderstood where isExtended: isExtended = false
            case .cutOff: return try byStream(query)
            case let judgement: return try usable(judgement)
            }
        }
    }

    private func datagram(_ query: DNSQuery, _ deadline: Double) throws(Failure) -> [UInt8] {
        do {
            return try DNSExchange(server: server, query: query, deadlineSeconds: deadline)
                .byDatagram()
        } catch {
            throw Failure(reason: error.reason, isSilence: error.isSilence)
        }
    }

    private func byStream(_ query: DNSQuery) throws(Failure) -> Outcome {
        let message: [UInt8]
        do {
            message = try DNSExchange(
                server: server, query: query,
                deadlineSeconds: Clock.monotonicSeconds() + seconds
            ).byStream()
        } catch {
            throw Failure(
                reason: "an answer that is cut off, and by TCP: \(error.reason)", isAnswer: true)
        }
        return try usable(DNSMessage.judge(message, name, type))
    }

    private func usable(_ judgement: DNSMessage.Judgement) throws(Failure) -> Outcome {
        switch judgement {
        case .answer(let answer): return .answer(answer)
        case .followed(let aliases): return .followed(aliases)
        case .cutOff: throw Failure(reason: "an answer that is cut off, by TCP too", isAnswer: true)
        case .notUnderstood(let reason), .useless(let reason):
            throw Failure(reason: reason, isAnswer: true)
        }
    }
}
