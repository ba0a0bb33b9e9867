internal import HTTP

/// The wait for a person's answer at Google's page: for the browser to return, or for a line with
/// the address that it was sent to. Over SSH the browser returns to another machine.
struct ConsentQuestion {
    let listener: LoopbackListener
    let request: AuthorizationRequest
    let timeoutSeconds: Int

    /// A code, and the browser's connection, which waits for a page about the outcome.
    struct Answer {
        let code: Secret
        let browser: LoopbackConnection?
    }

    /// The one path that Google sends the browser to.
    static let path = "/"

    /// - Throws: `Failure` where the person refused, pasted another answer, or was too late.
    func answer() throws -> Answer {
        var complaints: Set<String> = []
        func complainOnce(_ sentence: String) {
            if complaints.insert(sentence).inserted { Output.complain(sentence) }
        }
        while true {
            switch listener.next() {
            case .timeOut:
                throw Failure(
                    .failed,
                    "Nobody consented within \(timeoutSeconds) seconds. Nothing was written. Run "
                        + "the command again.")
            case .line(let line):
                if let answer = try answer(pasted: line) { return answer }
            case .encrypted(let browser):
                browser.refuseEncryption()
                complainOnce(
                    "The browser returned with https, but \(request.redirectURI) supports http "
                        + "only. Open the address of its last page with http, or paste it here.")
            case .tooMuch(let browser):
                browser.show(.tooMuch)
                complainOnce(
                    "The browser sent too many cookies. Paste the address of its last page here, "
                        + "or delete the cookies of 127.0.0.1.")
            case .request(let method, let target, let browser):
                if let answer = try answer(method, target, browser, complainOnce) { return answer }
            }
        }
    }

    private func answer(
        _ method: String, _ target: String, _ browser: LoopbackConnection,
        _ complainOnce: (String) -> Void
    ) throws -> Answer? {
        let sides = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let isOurs = method == "GET" && sides.count == 2 && sides[0] == Self.path
        switch isOurs ? AuthorizationAnswer(query: sides[1], state: request.state) : .none {
        case .none:
            browser.show(.unknown)
            return nil
        case .code(let code):
            return Answer(code: code, browser: browser)
        case .refused(let reason):
            browser.show(.denied)
            throw Self.denial(reason)
        case .foreign:
            // From a tab of an earlier try, or from any page: the person may still answer.
            browser.show(.foreign)
            complainOnce(
                "A browser returned with the answer to another request (its state differs), which "
                    + "is ignored. Answer in the newest window.")
            return nil
        }
    }

    private func answer(pasted line: String) throws -> Answer? {
        switch AuthorizationAnswer(pasted: line, state: request.state) {
        case .none:
            if line.contains(where: { !$0.isWhitespace }) {
                Output.complain(
                    "That is not the address that the browser was sent to. Paste the whole "
                        + "address, which begins with \(request.redirectURI)")
            }
            return nil
        case .code(let code): return Answer(code: code, browser: nil)
        case .refused(let reason): throw Self.denial(reason)
        case .foreign: throw Self.foreign
        }
    }

    private static func denial(_ reason: String) -> Failure {
        let what =
            reason == "access_denied" ? "You did not consent" : "Google did not ask for consent"
        return Failure(
            .refused,
            "\(what) (\(reason)). Nothing was written. Run the command to be asked "
                + "again.")
    }

    private static let foreign = Failure(
        .refused,
        "The answer is not for this request (its state differs). Nothing was written. Run the "
            + "command again, and answer in the newest window.")
}
