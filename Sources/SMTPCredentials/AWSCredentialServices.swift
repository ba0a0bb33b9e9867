package import AWS
package import HTTP

/// The services themselves.
package struct AWSCredentialServices: CredentialServices {
    let database: DynamoDB
    let epochSeconds: () -> Int
    private let iam: IAM
    private let kms: KMS
    private let encryptionKey: String

    /// - Parameter encryptionKey: the KMS key of the passwords: its id, ARN or alias.
    package init(
        _ session: AWSSession, table: String, encryptionKey: String,
        epochSeconds: @escaping () -> Int
    ) {
        database = DynamoDB(session, table: table)
        iam = IAM(session)
        kms = KMS(session)
        self.encryptionKey = encryptionKey
        self.epochSeconds = epochSeconds
    }

    package var endpoints: [String] { [database.endpoint, iam.endpoint, kms.endpoint] }

    // MARK: reading the table

    package func read(_ name: Username) throws(AWSError) -> CredentialRow? {
        try database.getItem(key: name.rowKey).map(CredentialRow.init)
    }

    package func statusOf(_ sortKey: String) throws(AWSError) -> CredentialRow.Status? {
        try database.getItem(key: Username.key(sortKey)).map { CredentialRow($0).status }
    }

    package func sortKeys() throws(AWSError) -> [String] {
        try sortKeys(prefix: "USER#")
    }

    package func retirements(_ name: Username) throws(AWSError) -> Set<String> {
        let keys = try sortKeys(prefix: name.retirementPrefix)
        return Set(keys.compactMap { $0.split(separator: "#").last.map(String.init) })
    }

    private func sortKeys(prefix: String) throws(AWSError) -> [String] {
        try database.rows(partition: "SMTP_USER", sortKeyPrefix: prefix)
            .compactMap { $0["SK"]?.string }
    }

    // MARK: IAM

    package func user(_ userName: String) throws(AWSError) -> IAM.User? {
        try iam.user(userName)
    }

    package func userNames() throws(AWSError) -> [String] {
        try iam.userNames()
    }

    package func createUser(
        _ userName: String, _ tags: [(key: String, value: String)], boundary: String?
    ) throws(AWSError) {
        _ = try iam.createUser(userName, tags: tags, permissionsBoundary: boundary)
    }

    package func putBoundary(_ arn: String, _ userName: String) throws(AWSError) {
        try iam.putPermissionsBoundary(arn, of: userName)
    }

    package func deleteUser(_ userName: String) throws(AWSError) {
        try iam.deleteUser(userName)
    }

    package func keys(_ userName: String) throws(AWSError) -> [IAM.AccessKey] {
        try iam.accessKeys(of: userName)
    }

    package func createKey(_ userName: String) throws(AWSError) -> (id: String, secret: Secret) {
        try iam.createAccessKey(for: userName)
    }

    package func setKey(_ id: String, _ userName: String, active: Bool) throws(AWSError) {
        try iam.setAccessKey(id, of: userName, active: active)
    }

    package func deleteKey(_ id: String, _ userName: String) throws(AWSError) {
        try iam.deleteAccessKey(id, of: userName)
    }

    package func policyNames(_ userName: String) throws(AWSError) -> [String] {
        try iam.policyNames(of: userName)
    }

    package func policy(_ name: String, _ userName: String) throws(AWSError) -> String? {
        try iam.policy(named: name, of: userName)
    }

    package func putPolicy(
        _ document: String, _ name: String, _ userName: String
    ) throws(AWSError) {
        try iam.putPolicy(document, named: name, of: userName)
    }

    package func deletePolicy(_ name: String, _ userName: String) throws(AWSError) {
        try iam.deletePolicy(named: name, of: userName)
    }

    // MARK: KMS

    package func encrypt(_ document: [UInt8]) throws(AWSError) -> String {
        try kms.encrypt(document, key: encryptionKey)
    }
}
