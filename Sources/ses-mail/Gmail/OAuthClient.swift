internal import HTTP
internal import JSON

/// The OAuth client that asks for consent: a Desktop client of a Google Cloud project.
struct OAuthClient: Equatable {
    let id: String
    let secret: Secret

    init(id: String, secret: Secret) {
        self.id = id
        self.secret = secret
    }

    /// What Google's console downloads: `{"installed": {"client_id": …, "client_secret": …}}`.
    init(_ bytes: [UInt8], named name: String) throws {
        // Where the file breaks off is no help, and near a secret.
        guard let document = try? JSONValue(parsing: bytes) else {
            throw Failure(
                .failed,
                "\(name) is not valid JSON: download the OAuth client's file again, with Google "
                    + "Cloud console, Google Auth Platform, Clients.")
        }
        if document["web"] != nil {
            throw Failure(
                .refused,
                "\(name) is of a Web client, which Google sends to its own site only: make a "
                    + "client of the type Desktop app and download its file.")
        }
        guard let id = document["installed"]?["client_id"]?.string, !id.isEmpty,
            let secret = document["installed"]?["client_secret"]?.string, !secret.isEmpty
        else {
            throw Failure(
                .failed,
                "\(name) is not the file of a Desktop client: there is no client_id and "
                    + "client_secret under \"installed\"; download it with Google Cloud console, "
                    + "Google Auth Platform, Clients.")
        }
        self.id = id
        self.secret = Secret(secret)
    }
}
