package import AWS
package import HTTP
internal import Process
internal import TestSupport

extension AWSSession {
    /// A session of keys that are nobody's.
    /// - Parameter endpoint: where the calls of every service go; nil means AWS's own addresses.
    package static func fake(
        _ http: any HTTPClient, region: String = "ap-southeast-2", endpoint: String? = nil,
        pacing: Pacing
    ) -> AWSSession {
        AWSSession(
            region: region,
            credentials: Credentials(
                accessKeyID: "testing", secretAccessKey: Secret("testing"), sessionToken: nil),
            endpoints: Environment(endpoint.map { ["AWS_ENDPOINT_URL": $0] } ?? [:]), http: http,
            pacing: pacing)
    }
}
