internal import AWS
internal import HTTP
internal import SMTPCredentials

/// The rows of the credentials, and the changes that an operator may make. The other attributes of
/// a row belong to the credential manager.
struct CredentialTable {
    let database: DynamoDB
    private let deployment: Deployment
    private var followUp: FollowUp { deployment.followUp }

    init(_ deployment: Deployment) {
        database = deployment.database
        self.deployment = deployment
    }

    func all() throws(AWSError) -> [CredentialView] {
        try database.rows(partition: "SMTP_USER", sortKeyPrefix: "USER#").map(CredentialView.init)
    }

    func find(_ name: Username) throws(AWSError) -> CredentialView? {
        try database.getItem(key: name.rowKey).map(CredentialView.init)
    }

    /// The row of a credential that must exist.
    func existing(_ name: Username) throws -> CredentialView {
        try existing(name.text)
    }

    /// The same for a name that may be illegal: people write rows, too.
    func existing(_ name: String) throws -> CredentialView {
        let key: Item = ["PK": .string("SMTP_USER"), "SK": .string("USER#\(name)")]
        guard let item = try database.getItem(key: key) else {
            try deployment.require(.smtp)
            throw Failure(
                .notFound,
                "There is no credential \(name). See which there are with: "
                    + followUp.command("smtp list"))
        }
        return CredentialView(item)
    }

    private static func changedMeanwhile(_ name: Username) -> Failure {
        Failure(
            .failed,
            "The credential \(name) was changed meanwhile, and stays as it is now. Look at it "
                + "again, and repeat the command.")
    }

    func create(_ name: Username, from senders: [String], description: String) throws {
        var row = name.rowKey
        row["entity_type"] = .string("smtp_credential")
        row["status"] = .string("pending")
        row["description"] = .string(description)
        row["allowed_from_addresses"] = .list(senders.map { .string($0) })
        let failure = Failure(
            .failed,
            "There is already a credential \(name), and it stays as it is. Show it with: "
                + showing(name))
        guard try find(name) == nil else { throw failure }
        try deployment.require(.smtp)
        let wanted = row
        // The manager may have changed the row already, but never these attributes.
        let isWanted = {
            let now = try find(name)?.item
            return ["description", "allowed_from_addresses"].allSatisfy { now?[$0] == wanted[$0] }
        }
        try failure.unless(isWanted) {
            try database.putItem(row, if: .init("attribute_not_exists(PK)"))
        }
    }

    func setStatus(_ name: Username, _ status: CredentialRow.Status, seen: CredentialView) throws {
        var condition = "#status = :seen"
        var values: Item = [":seen": .string(seen.row.status.text)]
        // A rotation ends with the old status: repeated then, it would be a second rotation.
        if status == .rotate, let key = seen.accessKeyID {
            condition += " AND access_key_id = :key"
            values[":key"] = .string(key)
        }
        let isWanted = {
            let now = try find(name)
            let isRotated =
                status == .rotate && now?.row.status == .active
                && now?.accessKeyID != seen.accessKeyID
            return now?.row.status == status || isRotated
        }
        try CredentialTable.changedMeanwhile(name).unless(isWanted) {
            try database.updateItem(
                key: name.rowKey,
                .init(
                    "SET #status = :new", names: ["#status": "status"],
                    values: [":new": .string(status.text)]),
                if: .init(condition, values: values))
        }
    }

    /// Writes the list where list and status are still as they were seen.
    func setSenders(of seen: CredentialView, _ name: Username, to list: SenderList) throws {
        var conditions = ["attribute_exists(PK)"]
        var names: [String: String] = [:]
        var values: Item = [:]
        for attribute in ["status", "allowed_from_addresses"] {
            switch seen.item[attribute] {
            // A value of an unknown type cannot be compared.
            case .other?: continue
            case nil: conditions.append("attribute_not_exists(#\(attribute))")
            case let value?:
                conditions.append("#\(attribute) = :\(attribute)")
                values[":\(attribute)"] = value
            }
            names["#\(attribute)"] = attribute
        }
        names["#allowed_from_addresses"] = "allowed_from_addresses"
        let isWanted = { try find(name)?.item["allowed_from_addresses"] == .senders(list) }
        try CredentialTable.changedMeanwhile(name).unless(isWanted) {
            try database.updateItem(
                key: name.rowKey,
                .init("SET #allowed_from_addresses = :new", values: [":new": .senders(list)]),
                if: .init(
                    conditions.joined(separator: " AND "), names: names, values: values))
        }
    }

    /// Deletes the row; one that is gone already is deleted.
    func delete(_ view: CredentialView) throws(AWSError) {
        try database.deleteItem(key: view.item.filter { ["PK", "SK"].contains($0.key) })
    }

    /// Reads the credential twice a second for a minute, until it is as it should be.
    func wait(
        for name: Username, pacing: Pacing, until isDone: (CredentialView) throws -> Bool
    ) throws -> CredentialView {
        Output.progress("waiting for the credential manager …")
        for _ in 0..<120 {
            let view = try existing(name)
            if view.row.status == .error {
                throw Failure(
                    .failed,
                    "The credential \(name) has an error: "
                        + "\(view.errorMessage ?? "no message").")
            }
            if try isDone(view) { return view }
            pacing.sleep(0.5)
        }
        throw Failure(
            .failed,
            "The credential manager did not answer within a minute. Read its log with: "
                + followUp.command("logs smtp-credential-manager")
                + " and show the credential with: "
                + showing(name))
    }

    /// The command that shows a credential.
    func showing(_ name: Username) -> String { followUp.command("smtp show \(name.word)") }
}
