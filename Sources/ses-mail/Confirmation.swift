#if canImport(Glibc)
    internal import Glibc
#endif

/// Does the operator mean it?
enum Confirmation {
    /// Returns where `isGiven`, or where a person at the terminal says yes.
    static func require(_ question: String, isGiven: Bool) throws {
        if isGiven { return }
        guard isatty(0) == 1, isatty(2) == 1 else {
            throw Failure(
                .refused, "\(question) Nothing was changed: there is nobody to ask; say --yes.")
        }
        Output.write("\(question.printable) [y/N] ", to: 2)
        let answer = (readLine() ?? "").lowercased()
        guard ["y", "yes"].contains(answer) else {
            throw Failure(.refused, "Nothing was changed.")
        }
    }
}
