internal import HTTP

/// The answer of the person at Google's page. Waits for the browser to come back, and for a line
/// with the address that it was sent to: over SSH it comes back to another machine.
struct ConsentQuestion {
    let listener: LoopbackListener
    let request: AuthorizationRequest
    let timeoutSeconds: Int

    /// A code, and the browser's connection where one waits to be told how it ended.
    struct Answer {
        let code: Secret
        let browser: LoopbackConnection?
    }

    /// The one path that Google sends the browser to.
    static let path = "/"

    /// - Throws: `Failure` where the person said no, pasted an answer to another question, or gave
    ///   none in time.
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
                    "Nobody consented within \(timeoutSeconds) seconds; nothing was written: run "
                        + "it again.")
            case .line(let line):
                if let answer = try answer(pasted: line) { return answer }
            case .encrypted(let browser):
                browser.refuseEncryption()
                complainOnce(
                    "the browser came back with https, but \(request.redirectURI) speaks http "
                        + "only: open its last page's address with http, or paste it here.")
            case .tooMuch(let browser):
                browser.show(.tooMuch)
                complainOnce(
                    "the browser sent more cookies than are read: paste its last page's address "
                        + "here, or delete the cookies of 127.0.0.1.")
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
            // A tab of an earlier try, or any page of this machine's: the person may still answer.
            browser.show(.foreign)
            complainOnce(
                "a browser came with the answer to another question (its state is another one), "
                    + "which is not taken: answer in the newest window.")
            return nil
        }
    }

    private func answer(pasted line: String) throws -> Answer? {
        switch AuthorizationAnswer(pasted: line, state: request.state) {
        case .none:
            if line.contains(where: { !$0.isWhitespace }) {
                Output.complain(
                    "that is not what the browser was sent to: paste the whole address, which "
                        + "begins with \(request.redirectURI)")
            }
            return nil
        case .code(let code): return Answer(code: code, browser: nil)
        case .refused(let reason): throw Self.denial(reason)
        case .foreign: throw Self.isForeign
        }
    }

    private static func denial(_ reason: String) -> Failure {
        let what = reason == "access_denied" ? "You did not consent" : "Google asked for no consent"
        return Failure(
            .refused, "\(what) (\(reason)); nothing was written: run it again to be asked again.")
    }

    private static let isForeign = Failure(
        .refused,
        "The answer is none to this question (its state is another one); nothing was written: run "
            + "it again, and answer in the newest window.")
}
