internal import AWS
internal import HTTP
internal import Mail

/// The parameter in which a mailbox's token is kept.
struct TokenPlace {
    /// Whose; nil for the one that serves every mailbox without its own.
    let mailbox: Mailbox?
    let parameter: String
    private let shared: String
    private let deployment: Deployment
    private let ssm: SSM

    init(_ deployment: Deployment, mailbox: Mailbox?) {
        self.mailbox = mailbox
        self.deployment = deployment
        shared = deployment.tokenParameter
        parameter = mailbox.map { "\(deployment.tokenParameter)/\($0.parameterSuffix)" } ?? shared
        ssm = SSM(deployment.session)
    }

    /// The tokens that are there now.
    struct Found {
        /// What a new token replaces.
        let here: TokenFile?
        /// What knows the OAuth client that a new consent can be asked with.
        let any: TokenFile?
    }

    /// Reads what is there, which shows too that it can be reached.
    /// - Throws: `Failure` where nothing is deployed: a parameter that is made by hand would be in
    ///   the way of Terraform's.
    func look() throws -> Found {
        guard let sharedValue = try ssm.getParameter(name: shared)?.value else {
            throw Failure(missing: "parameter \(shared)", in: deployment)
        }
        let sharedFile = Self.file(sharedValue)
        guard mailbox != nil else { return Found(here: sharedFile, any: sharedFile) }
        let own = try ssm.getParameter(name: parameter).flatMap { Self.file($0.value) }
        return Found(here: own, any: own ?? sharedFile)
    }

    /// Terraform makes the parameter with an empty object in it: that is no token.
    private static func file(_ value: Secret) -> TokenFile? {
        // Why it is none does not matter to who replaces it.
        try? TokenFile(value)
    }

    /// Says whether the value can be stored, before anything is done for it.
    /// (https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html)
    static func checkSize(_ file: Secret) throws {
        guard file.value.utf8.count <= 4096 else {
            throw Failure(
                .failed,
                "The token file has more than the 4096 bytes that a parameter holds; nothing was "
                    + "written.")
        }
        guard file.value.split(separator: "{{", omittingEmptySubsequences: false).count == 1 else {
            throw Failure(
                .failed,
                "The token file holds {{, which no parameter may; nothing was written.")
        }
    }

    /// Overwrites the parameter and answers its new version.
    func write(_ file: Secret) throws -> Int {
        try Self.checkSize(file)
        return try ssm.putParameter(name: parameter, value: file)
    }
}
