internal import CResolv

/// The answers of DNS, from a named server or from those of resolv.conf. Every question ends in
/// bounded time, whatever the servers send.
final class Resolver {
    /// The servers' name in a sentence.
    let name: String
    /// The server that answered last comes first.
    private var servers: [ServerAddress]
    /// The time of a round of questions, shared by the servers.
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
        let size = MemoryLayout<sockaddr_storage>.size
        let configured = withUnsafeBytes(of: settings.servers) { bytes in
            (0..<Int(settings.server_count)).compactMap {
                ServerAddress(UnsafeRawBufferPointer(rebasing: bytes[$0 * size..<($0 + 1) * size]))
            }
        }
        let servers = server.map { [$0] } ?? configured
        guard isRead && !servers.isEmpty else {
            throw Failure(
                .failed,
                "/etc/resolv.conf names no usable DNS server: name one with --resolver.")
        }
        self.init(
            name: server.map { "the resolver \($0)" } ?? "the resolver of /etc/resolv.conf",
            servers: servers, roundSeconds: Double(max(1, settings.timeout_seconds)),
            // The last round is without EDNS0, which some firewalls block.
            rounds: max(2, Int(settings.attempts)))
    }

    init(name: String, servers: [ServerAddress], roundSeconds: Double, rounds: Int) {
        self.name = name
        self.servers = servers
        self.roundSeconds = roundSeconds
        self.rounds = rounds
    }

    /// Each question is asked once.
    /// - Throws: `Failure` if nobody has ever answered.
    func ask(_ name: DNSName, _ type: RecordType) throws(Failure) -> DNSAnswer {
        try ask(name, type, depth: 0)
    }

    /// Follows aliases that the server does not follow itself, because it knows its own zones only.
    private func ask(_ name: DNSName, _ type: RecordType, depth: Int) throws(Failure) -> DNSAnswer {
        let question = Question(name: name, type: type)
        if let answer = answers[question] { return answer }
        let answer: DNSAnswer
        switch try askServers(question) {
        case .whole(let found): answer = found
        case .followed(let aliases):
            guard let target = aliases.last, depth + aliases.count <= Resolver.aliasLimit else {
                answer = .unknown("its aliases do not end")
                break
            }
            let found = try ask(target, type, depth: depth + aliases.count)
            // The reason is reported once.
            if case .unknown = found, depth > 0 {
                answer = found
            } else {
                answer = found.reached(by: aliases)
            }
        }
        answers[question] = answer
        return answer
    }

    private func askServers(_ question: Question) throws(Failure) -> ServerQuestion.Answer {
        guard question.name.isAskable else {
            return .whole(.unknown("the name cannot be asked for"))
        }
        // The servers of one name may be slow; after three silent ones in a row it is the resolver.
        guard silences < Resolver.silenceLimit else {
            return .whole(.unknown("not asked, because the DNS server has stopped answering"))
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
                    let answer = try asking.answer(isExtended: round < rounds)
                    (hasAnswered, silences) = (true, 0)
                    servers = [server] + servers.filter { $0 != server }
                    return answer
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
        return .whole(.unknown(reason ?? "no answer in time"))
    }

    private func unreachable(_ question: Question, _ reason: String?) -> Failure {
        Failure(
            .unreachable,
            "There is no answer from \(name) for \(question.name) \(question.type.text)"
                + "\(reason.map { " (\($0))" } ?? ""). Check the network, or name another server "
                + "with --resolver.")
    }
}
