internal import AWS
internal import HTTP
internal import JSON

/// The addresses that the emulated AWS knows, of what else it emulates.
struct LocalAddresses {
    private let known: [String: String]

    /// - Parameter kind: `google` or `smtp`.
    init(_ kind: String, _ deployment: Deployment) throws {
        let cloud = deployment.session.endpointOverride("SSM") ?? ""
        let request = HTTPRequest(
            .get, "\(cloud)/_local/\(kind)", name: CallName("local-cloud", kind))
        do {
            let response = try deployment.session.http.send(request)
            let members = response.isSuccess ? try JSONValue(parsing: response.body).members : []
            known = Dictionary(
                (members ?? []).compactMap { member in
                    member.value.string.map { (member.name, $0) }
                }, uniquingKeysWith: { $1 })
        } catch is JSONError {
            known = [:]
        } catch let error as HTTPError {
            throw Failure(.unreachable, "\(error). Start it with: make local, then try again.")
        }
    }

    /// - Parameters:
    ///   - variable: the name of the address.
    ///   - owner: what is there, as the end of a sentence.
    func address(_ variable: String, of owner: String) throws(Failure) -> String {
        guard let address = known[variable] else {
            throw Failure(
                .unreachable,
                "The emulated AWS does not name the address of its \(owner). Start it again with: "
                    + "make local, then try again.")
        }
        return address
    }
}
