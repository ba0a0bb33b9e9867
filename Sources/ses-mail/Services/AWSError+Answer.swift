internal import AWS
internal import HTTP

extension AWSError {
    /// A list whose every page names a next one.
    static func endless(_ name: CallName) -> AWSError {
        .undecodable(name, reason: "the list does not end")
    }

    /// What is asked for, or nil where AWS answers with this error, which says that there is none.
    static func orNil<Answer>(_ code: String, _ ask: () throws(AWSError) -> Answer)
        throws(AWSError) -> Answer?
    {
        do {
            return try ask()
        } catch {
            guard error.code == code else { throw error }
            return nil
        }
    }
}
