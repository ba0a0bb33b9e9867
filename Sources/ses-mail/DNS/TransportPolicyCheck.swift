internal import AWS
internal import HTTP
internal import Mail
internal import Text

/// The comparison of the policy at its address with the one that the records announce.
struct TransportPolicyCheck {
    let domain: DNSName
    /// The servers that are wanted for the domain.
    let servers: [DNSName]
    /// The `id` of the record that is wanted.
    let id: String?

    /// nil if no policy is wanted for the domain.
    init?(_ domain: WantedRecords.Domain) {
        var servers: [DNSName] = []
        var id: String?
        var isWanted = false
        for record in domain.records {
            switch record.value {
            case .exchange(_, let host) where record.name == domain.name: servers.append(host)
            case .text(let text) where PolicyText(of: text) == .mtaSTS:
                isWanted = true
                id = PolicyTags(text)["id"]
            default: break
            }
        }
        guard isWanted else { return nil }
        self.domain = domain.name
        self.servers = servers
        self.id = id
    }

    var host: DNSName { DNSName("mta-sts.\(domain)") }

    /// - Parameter base: an address in place of `https://mta-sts.DOMAIN`, or nil.
    func request(base: String?) -> HTTPRequest {
        var request = HTTPRequest(
            .get, "\(base ?? "https://\(host)")/.well-known/mta-sts.txt",
            headers: base == nil ? [:] : ["Host": host.text], name: CallName("MTA-STS", "policy"))
        request.responseBody = .memory(limit: 64 << 10)
        return request
    }

    /// - Parameter doubt: the reason why it is not known whether the host exists, or nil.
    func line(_ outcome: Result<HTTPResponse, HTTPError>, doubt: String?) -> DNSLine {
        switch outcome {
        case .failure(let error):
            if let doubt {
                return line(.unknown, "\(error); the DNS server could not tell: \(doubt)", nil)
            }
            return line(
                .missing, "\(error)",
                "publish the records of \(host), wait for its certificate, and apply once more")
        case .success(let response):
            return judge(response)
        }
    }

    private func judge(_ response: HTTPResponse) -> DNSLine {
        if (300..<400).contains(response.status) {
            return wrong("it is a redirection (\(response.status)), which senders do not follow")
        }
        guard response.status == 200 else {
            return line(
                .missing, "the answer is \(response.status)", "apply, and look at CloudFront")
        }
        let type = (response.headers["Content-Type"] ?? "").prefix { $0 != ";" }
        guard type.trimmingASCIIWhitespace.equalsIgnoringASCIICase("text/plain") else {
            return wrong("its Content-Type is \"\(type)\", and not text/plain")
        }
        let policy: TransportPolicy
        do {
            policy = try TransportPolicy(response.body)
        } catch {
            return wrong(error.reason)
        }
        if policy.mode != "none", let left = servers.first(where: { !policy.allows($0) }) {
            return wrong("mode \(policy.mode), and it does not name the server \(left)")
        }
        // Terraform's id is the policy's digest, so it changes with the policy.
        let digest = Hex.encode(Digest.sha256(response.body)).prefix(32)
        if let id, id.utf8.count == 32, id != digest {
            return wrong("it is not the policy that the id \(id) announces")
        }
        return line(.ok, "mode \(policy.mode), mx \(policy.patterns.joined(separator: " "))", nil)
    }

    private func wrong(_ words: String) -> DNSLine {
        line(.different, words, "apply; CloudFront's cache expires after five minutes")
    }

    private func line(_ state: DNSLine.State, _ words: String, _ advice: String?) -> DNSLine {
        DNSLine(state: state, subject: "policy", name: host, words: words, advice: advice)
    }
}
