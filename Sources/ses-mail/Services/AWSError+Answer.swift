internal import AWS

extension AWSError {
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
