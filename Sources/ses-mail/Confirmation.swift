internal import Text

#if canImport(Glibc)
    internal import Glibc
#endif

/// The question to a person whether something is to be done.
enum Confirmation {
    /// Returns where `isGiven`, or where a person at the terminal says yes.
    /// - Parameter preface: what the person has to know beside the question; it is asked for only
    ///   where there is a person.
    static func require(
        _ question: String, isGiven: Bool, preface: () throws -> String = { "" }
    ) throws {
        if isGiven { return }
        guard isatty(0) == 1, isatty(2) == 1 else {
            throw Failure(
                .refused,
                "\(question) Not done: confirmation is needed, but this is not a terminal. Add "
                    + "--yes to proceed.")
        }
        Output.write("\(try preface().printable)\(question.printable) [y/N] ", to: 2)
        let answer = (readLine() ?? "").asciiLowercased
        guard ["y", "yes"].contains(answer) else {
            throw Failure(.refused, "Nothing was changed.")
        }
    }
}

extension Deployment {
    /// Asks before something is done to the deployment. In production the account is named: another
    /// one can have a deployment of the same name.
    func confirm(_ question: String, isGiven: Bool) throws {
        try Confirmation.require(question, isGiven: isGiven) {
            name == .prod ? "Account \(try caller().account). " : ""
        }
    }
}
