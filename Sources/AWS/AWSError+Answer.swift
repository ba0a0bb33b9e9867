extension AWSError {
    /// The answer, or nil if AWS answers with this error code, which means that nothing is there.
    package static func orNil<Answer>(_ code: String, _ ask: () throws(AWSError) -> Answer)
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
