internal import AWS
internal import HTTP
internal import Mail

/// The parameter in which a mailbox's token is kept.
struct TokenPlace {
    /// The mailbox; nil for the shared token.
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
        /// The token that a new one replaces.
        let here: TokenFile?
        /// A token whose OAuth client can ask for a new consent.
        let any: TokenFile?
    }

    /// Reads the present tokens, which also shows that Parameter Store can be reached.
    /// - Throws: `Failure` where nothing is deployed: a parameter made by hand would conflict with
    ///   Terraform's.
    func look() throws -> Found {
        guard let sharedValue = try ssm.getParameter(name: shared)?.value else {
            throw Failure(missing: "parameter \(shared)", in: deployment)
        }
        let sharedFile = Self.file(sharedValue)
        guard mailbox != nil else { return Found(here: sharedFile, any: sharedFile) }
        let own = try ssm.getParameter(name: parameter).flatMap { Self.file($0.value) }
        return Found(here: own, any: own ?? sharedFile)
    }

    /// The token file; nil where the parameter holds Terraform's empty object.
    private static func file(_ value: Secret) -> TokenFile? {
        // Its fault does not matter, since it will be replaced.
        try? TokenFile(value)
    }

    /// Checks that the value can be stored, before anything else is done.
    /// (https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html)
    static func checkSize(_ file: Secret) throws {
        guard file.value.utf8.count <= 4096 else {
            throw Failure(
                .failed,
                "The token file has more than the 4096 bytes that a parameter can hold. Nothing "
                    + "was written.")
        }
        guard file.value.split(separator: "{{", omittingEmptySubsequences: false).count == 1 else {
            throw Failure(
                .failed,
                "The token file contains {{, which is not allowed in a parameter. Nothing was "
                    + "written.")
        }
    }

    /// Overwrites the parameter and returns its new version.
    func write(_ file: Secret) throws -> Int {
        try Self.checkSize(file)
        return try ssm.putParameter(name: parameter, value: file)
    }
}
