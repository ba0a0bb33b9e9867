internal import CResolv

/// What DNS says, asked of a server that was named or of those of resolv.conf. Every question ends
/// within a bound, whatever the servers send.
final class Resolver {
    /// Who is asked, in an operator's words.
    let name: String
    /// The one that answered last comes first.
    private var servers: [ServerAddress]
    /// For how long a round of questions waits, shared by the servers.
    private let roundSeconds: Double
    private let rounds: Int
    private var answers: [Question: DNSAnswer] = [:]
    private var hasAnswered = false
    private var silences = 0

    private struct Question: Hashable {
        let name: DNSName
        let type: RecordType
    }

    private static let aliasLimit = 8
    private static let silenceLimit = 3

    /// - Parameter server: nil asks those of /etc/resolv.conf.
    convenience init(_ server: ServerAddress? = nil) throws(Failure) {
        var settings = sesmail_resolver()
        let isRead = sesmail_resolver_read(&settings) == 0
        let configured = withUnsafeBytes(of: settings.servers) { bytes in
            Array(bytes.bindMemory(to: sockaddr_storage.self).prefix(Int(settings.server_count)))
        }
        let servers = server.map { [$0] } ?? configured.compactMap(ServerAddress.init)
        guard isRead && !servers.isEmpty else {
            throw Failure(
                .failed,
                "/etc/resolv.conf names no DNS server that can be asked: name one with --resolver.")
        }
        self.init(
            name: server.map { "the resolver \($0)" } ?? "the resolver of /etc/resolv.conf",
            servers: servers, roundSeconds: Double(max(1, settings.timeout_seconds)),
            // The last is without EDNS0, which some firewalls swallow.
            rounds: max(2, Int(settings.attempts)))
    }

    init(name: String, servers: [ServerAddress], roundSeconds: Double, rounds: Int) {
        self.name = name
        self.servers = servers
        self.roundSeconds = roundSeconds
        self.rounds = rounds
    }

    /// Each question is asked once.
    /// - Throws: `Failure` where nobody has ever answered.
    func ask(_ name: DNSName, _ type: RecordType) throws(Failure) -> DNSAnswer {
        try ask(name, type, depth: 0)
    }

    /// A server that only knows its own zones leaves it to us to ask for what an alias names.
    private func ask(_ name: DNSName, _ type: RecordType, depth: Int) throws(Failure) -> DNSAnswer {
        let question = Question(name: name, type: type)
        if let answer = answers[question] { return answer }
        let answer: DNSAnswer
        switch try askServers(question) {
        case .answer(let found): answer = found
        case .followed(let aliases):
            guard let target = aliases.last, depth + aliases.count <= Resolver.aliasLimit else {
                answer = .unknown("its aliases do not end")
                break
            }
            let found = try ask(target, type, depth: depth + aliases.count)
            // Why it is not known is told once.
            if case .unknown = found, depth > 0 {
                answer = found
            } else {
                answer = found.reached(by: aliases)
            }
        }
        answers[question] = answer
        return answer
    }

    private func askServers(_ question: Question) throws(Failure) -> ServerQuestion.Outcome {
        guard question.name.isAskable else {
            return .answer(.unknown("the name cannot be asked for"))
        }
        // One name's servers may be slow; after three in a row nobody waits for more of them.
        guard silences < Resolver.silenceLimit else {
            return .answer(.unknown("not asked: it has stopped answering"))
        }
        var pending = servers
        var reason: String?
        var isAlive = false
        for round in 1...rounds {
            let seconds = roundSeconds / Double(max(1, pending.count))
            for server in pending {
                let asking = ServerQuestion(
                    server: server, name: question.name, type: question.type, seconds: seconds)
                do {
                    let outcome = try asking.outcome(isExtended: round < rounds)
                    (hasAnswered, silences) = (true, 0)
                    servers = [server] + servers.filter { $0 != server }
                    return outcome
                } catch {
                    isAlive = isAlive || error.isAnswer
                    if !error.isSilence {
                        reason = reason ?? error.reason
                        pending.removeAll { $0 == server }
                    }
                }
            }
            if pending.isEmpty { break }
        }
        hasAnswered = hasAnswered || isAlive
        silences = isAlive ? 0 : silences + 1
        guard hasAnswered else { throw unreachable(question, reason) }
        return .answer(.unknown(reason ?? "no answer in time"))
    }

    private func unreachable(_ question: Question, _ reason: String?) -> Failure {
        Failure(
            .unreachable,
            "There is no answer from \(name) for \(question.name) \(question.type.text)"
                + "\(reason.map { " (\($0))" } ?? ""): check the network, or name another with "
                + "--resolver.")
    }
}
