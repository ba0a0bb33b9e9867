internal import AWS
internal import HTTP
internal import SMTPCredentials

/// The credentials' rows, and the changes of them. Only what an operator may write:
/// the rest of a row is the credential manager's.
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

    /// The row of a credential that must be there.
    func existing(_ name: Username) throws -> CredentialView {
        try existing(name.text)
    }

    /// The same, of a name that may be none: people write rows, too.
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
            "The credential \(name) was changed meanwhile, and stays as it is now; look again and "
                + "repeat.")
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
                + followUp.command("smtp show \(name.word)"))
        guard try find(name) == nil else { throw failure }
        try deployment.require(.smtp)
        let wanted = row
        // The manager may have been at the row already, but these it leaves alone.
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
        // A rotation brings the old status back: repeated then, it would be a second one.
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

    /// Where list and status still are as they were seen.
    func setSenders(of seen: CredentialView, _ name: Username, to list: SenderList) throws {
        var conditions = ["attribute_exists(PK)"]
        var names: [String: String] = [:]
        var values: Item = [:]
        for attribute in ["status", "allowed_from_addresses"] {
            switch seen.item[attribute] {
            // What cannot be read cannot be compared.
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

    /// That it is gone already is as good.
    func delete(_ view: CredentialView) throws(AWSError) {
        try database.deleteItem(key: view.item.filter { ["PK", "SK"].contains($0.key) })
    }

    /// Looks twice a second, a minute long, until the credential is as it should be.
    func wait(
        for name: Username, pacing: Pacing, until isDone: (CredentialView) throws -> Bool
    ) throws -> CredentialView {
        Output.progress("waiting for the credential manager …")
        for _ in 0..<120 {
            let view = try existing(name)
            if view.row.status == .error {
                throw Failure(
                    .failed, "The credential \(name) has an error: \(view.errorMessage ?? "none").")
            }
            if try isDone(view) { return view }
            pacing.sleep(0.5)
        }
        throw Failure(
            .failed,
            "The credential manager did not answer within a minute. Read its log with: "
                + followUp.command("logs smtp-credential-manager")
                + " and show the credential with: "
                + followUp.command("smtp show \(name.word)"))
    }
}
