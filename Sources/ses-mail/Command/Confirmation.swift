internal import Process
internal import Text

/// The confirmation of a person that something may be done.
enum Confirmation {
    /// Returns where `isGiven`, or where a person at the terminal answers yes.
    /// - Parameter preface: what the person has to know before the question; it is made only where
    ///   there is a person.
    static func require(
        _ question: String, isGiven: Bool, preface: () throws -> String = { "" }
    ) throws {
        if isGiven { return }
        guard isPossible else {
            throw Failure(
                .refused,
                "\(question) Not done: confirmation is needed, but this is not a terminal. Add "
                    + "--yes to proceed.")
        }
        guard ask("\(try preface())\(question)") else {
            throw Failure(.refused, "Nothing was changed.")
        }
    }

    /// Whether there is a person at the terminal.
    static var isPossible: Bool {
        Descriptor.standardInput.isTerminal && Descriptor.standardError.isTerminal
    }

    /// Whether the person at the terminal answers yes.
    static func ask(_ question: String) -> Bool {
        Output.write("\(question.printable) [y/N] ", to: 2)
        return ["y", "yes"].contains((readLine() ?? "").asciiLowercased)
    }
}

extension Deployment {
    /// Asks before something is done to the deployment. In production the question names the
    /// account: another account can have a deployment of the same name.
    func confirm(_ question: String, isGiven: Bool) throws {
        try Confirmation.require(question, isGiven: isGiven) {
            name == .prod ? "Account \(try caller().account). " : ""
        }
    }
}
