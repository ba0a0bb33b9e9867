internal import AWS

extension AWSSession {
    /// `https://{host}.{region}.amazonaws.com`, unless `AWS_ENDPOINT_URL_{variable}` replaces it.
    func endpoint(_ host: String, variable: String) -> String {
        endpointOverride(variable) ?? "https://\(host).\(region).amazonaws.com"
    }
}
