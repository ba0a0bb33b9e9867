internal import HTTP

extension HTTPClient where Self == CurlClient {
    /// A client for a person's machine: it uses the proxy that the environment names, and trusts
    /// the roots that `AWS_CA_BUNDLE` or `SSL_CERT_FILE` names, else the system's.
    static var forPeople: CurlClient {
        CurlClient(roots: .operatorsOwn, proxy: .environment, warn: Output.complain)
    }
}
