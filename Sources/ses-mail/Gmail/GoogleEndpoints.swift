internal import AWS
internal import HTTP
internal import JSON

/// The addresses of Google, or of what replaces it.
struct GoogleEndpoints: Equatable {
    /// Where mails are imported.
    let gmail: String
    /// Where a code or a refresh token becomes an access token.
    let token: String
    /// Where a person is asked for consent.
    let authorization: String

    /// The variables beat all else. The emulated AWS knows an emulated Google: a real token has no
    /// business there, and a made-up one none at Google.
    init(_ deployment: Deployment) throws {
        var known: [String: String] = [
            "GMAIL_ENDPOINT_URL": "https://gmail.googleapis.com",
            "GOOGLE_TOKEN_ENDPOINT_URL": "https://oauth2.googleapis.com/token",
            "GOOGLE_AUTHORIZATION_ENDPOINT_URL": "https://accounts.google.com/o/oauth2/v2/auth",
        ]
        let names = known.keys
        let isGiven = names.allSatisfy { Variable.value($0) != nil }
        if deployment.isLocal && !isGiven {
            known = try GoogleEndpoints.emulated(deployment)
        }
        func endpoint(_ name: String) throws -> String {
            guard let url = Variable.value(name) ?? known[name] else {
                throw GoogleEndpoints.isNotTold
            }
            return url
        }
        gmail = try endpoint("GMAIL_ENDPOINT_URL")
        token = try endpoint("GOOGLE_TOKEN_ENDPOINT_URL")
        authorization = try endpoint("GOOGLE_AUTHORIZATION_ENDPOINT_URL")
    }

    private static func emulated(_ deployment: Deployment) throws -> [String: String] {
        let cloud = deployment.session.endpointOverride("SSM") ?? ""
        let request = HTTPRequest(
            .get, "\(cloud)/_local/google", name: CallName("local-cloud", "google"))
        do {
            let response = try deployment.session.http.send(request)
            guard response.isSuccess else { throw isNotTold }
            let members = try JSONValue(parsing: response.body).members ?? []
            return Dictionary(
                members.compactMap { member in member.value.string.map { (member.name, $0) } },
                uniquingKeysWith: { $1 })
        } catch is JSONError {
            throw isNotTold
        } catch let error as HTTPError {
            throw Failure(
                .unreachable, "\(error); start it with: make local, then try again.")
        }
    }

    private static let isNotTold = Failure(
        .unreachable,
        "The emulated AWS does not say where its Google is; start it again with: make local, then "
            + "try again.")
}
