internal import CResolv

/// What does DNS say? The questions go to libc's resolver, which knows resolv.conf, picks random
/// ids, checks who answers, and asks again by TCP where an answer is cut off.
final class Resolver {
    /// Who is asked, in an operator's words.
    let name: String
    private let state: UnsafeMutablePointer<__res_state>
    private var answers: [Question: DNSAnswer] = [:]
    private var hasAnswered = false
    private var silences = 0

    private struct Question: Hashable {
        let name: DNSName
        let type: RecordType
    }

    /// - Parameter server: nil asks those of /etc/resolv.conf.
    init(_ server: ServerAddress? = nil) throws(Failure) {
        guard let state = sesmail_resolver_open() else {
            throw Failure(.failed, "The resolver could not be made ready: look at resolv.conf.")
        }
        self.state = state
        name = server.map { "the resolver \($0)" } ?? "the resolver of /etc/resolv.conf"
        if let server {
            let refusal = server.bytes.withUnsafeBytes {
                sesmail_resolver_use(state, $0.baseAddress, $0.count, server.port)
            }
            guard refusal == 0 else {
                throw Failure(.failed, "The resolver \(server) could not be made ready.")
            }
        }
    }

    deinit {
        sesmail_resolver_close(state)
    }

    /// Each question is asked once.
    /// - Throws: `Failure` where nobody has ever answered.
    func ask(_ name: DNSName, _ type: RecordType) throws(Failure) -> DNSAnswer {
        let question = Question(name: name, type: type)
        if let answer = answers[question] { return answer }
        let answer = try askServer(question)
        answers[question] = answer
        return answer
    }

    private func askServer(_ question: Question) throws(Failure) -> DNSAnswer {
        guard question.name.isAskable else { return .unknown("no name that can be asked for") }
        // One name's servers may be slow; after three in a row nobody waits for more of them.
        guard silences < 3 else { return .unknown("not asked: it has stopped answering") }
        var bytes = [UInt8](repeating: 0, count: 65_536)
        for isSecondTry in [false, true] {
            let count = sesmail_resolver_ask(
                state, question.name.text, question.type.rawValue, isSecondTry ? 1 : 0, &bytes,
                Int32(bytes.count))
            if count == 0 { return .unknown("no name that can be asked for") }
            if count > 0 {
                hasAnswered = true
                silences = 0
                return DNSMessage.answer(
                    Array(bytes.prefix(Int(count))), to: question.name, question.type)
            }
        }
        silences += 1
        guard hasAnswered else {
            throw Failure(
                .unreachable,
                "There is no answer from \(name) for \(question.name) \(question.type.text): check "
                    + "the network, or name another with --resolver.")
        }
        return .unknown("no answer in time")
    }
}
