package import Process

extension Environment {
    /// An environment of these variables and no others.
    package init(_ variables: [String: String]) {
        self.init { variables[$0] }
    }
}
