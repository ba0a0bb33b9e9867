package import AWS
internal import Text

/// The changes of a credential's row.
extension AWSCredentialServices {
    private var now: String { UTCTime(epochSeconds: epochSeconds()).rfc3339 }

    /// The time for which a client may go on with the old password after a rotation.
    static let overlapSeconds = 7 * 86_400

    package func nameUser(_ name: Username, _ iamUserName: String, _ seen: CredentialRow)
        throws(AWSError)
    {
        try database.updateItem(
            key: name.rowKey,
            .init("SET iam_user_name = :user", values: [":user": .string(iamUserName)]),
            if: .init(
                "#status = :seen AND \(Self.isBlank("iam_user_name"))",
                names: ["#status": "status"],
                values: Self.blank.merging([":seen": .string(seen.status.text)]) { $1 }))
    }

    package func activate(_ name: Username, _ issue: IssuedPassword, _ seen: CredentialRow)
        throws(AWSError)
    {
        // An active row without a password: one that was written meanwhile is not overwritten.
        let isFirst = seen.status == .active
        let condition =
            isFirst
            ? "#status = :seen AND \(Self.isBlank("encrypted_password"))" : "#status = :seen"
        try database.updateItem(
            key: name.rowKey,
            .init(
                "\(Self.issueExpression) REMOVE error_message, previous_access_key_id, "
                    + "previous_key_valid_until",
                names: ["#status": "status"], values: values(issue)),
            if: .init(
                condition,
                values: (isFirst ? Self.blank : [:]).merging(
                    [":seen": .string(seen.status.text)]) { $1 }))
    }

    package func rotate(
        _ name: Username, _ issue: IssuedPassword, _ old: String, _ seen: CredentialRow
    )
        throws(AWSError)
    {
        let end = epochSeconds() + Self.overlapSeconds
        var values = values(issue)
        values[":old"] = .string(old)
        values[":until"] = .string(UTCTime(epochSeconds: end).rfc3339)
        var timer = Username.key(name.retirementSortKey(old))
        timer["iam_user_name"] = .string(issue.iamUserName)
        timer["expires_at"] = .number(end)
        timer["entity_type"] = .string("smtp_key_retirement")
        try database.transact([
            .update(
                key: name.rowKey,
                .init(
                    "\(Self.issueExpression), previous_access_key_id = :old, "
                        + "previous_key_valid_until = :until REMOVE error_message",
                    names: ["#status": "status"], values: values),
                if: .init(
                    "#status = :seen AND access_key_id = :old",
                    values: [":seen": .string(seen.status.text)])),
            .put(timer),
        ])
    }

    private static let issueExpression =
        "SET #status = :active, encrypted_password = :password, iam_user_arn = :arn, "
        + "iam_user_name = :user, access_key_id = :key, "
        + "created_at = if_not_exists(created_at, :now), updated_at = :now"

    private func values(_ issue: IssuedPassword) -> Item {
        [
            ":active": .string("active"), ":password": .string(issue.encryptedPassword),
            ":arn": .string(issue.iamUserARN), ":user": .string(issue.iamUserName),
            ":key": .string(issue.accessKeyID), ":now": .string(now),
        ]
    }

    package func reportError(_ sortKey: String, _ message: String, _ seen: CredentialRow.Status)
        throws(AWSError)
    {
        var condition = DynamoDB.Expression(
            "#status = :seen", values: [":seen": .string(seen.text)])
        if case .unknown = seen {
            // The row may have no status, or one that is not a text.
            condition = .init(
                "attribute_exists(PK) AND NOT #status IN (:pending, :active, :disabled, :rotate, "
                    + ":error)",
                values: [
                    ":pending": .string("pending"), ":active": .string("active"),
                    ":disabled": .string("disabled"), ":rotate": .string("rotate"),
                ])
        }
        try database.updateItem(
            key: Username.key(sortKey),
            .init(
                "SET #status = :error, error_message = :message, updated_at = :now",
                names: ["#status": "status"],
                values: [
                    ":error": .string("error"), ":message": .string(message),
                    ":now": .string(now),
                ]),
            if: condition)
    }

    package func forgetPreviousKey(_ name: Username, _ accessKeyID: String) throws(AWSError) {
        do {
            try database.updateItem(
                key: name.rowKey,
                .init("REMOVE previous_access_key_id, previous_key_valid_until"),
                if: .init(
                    "previous_access_key_id = :key", values: [":key": .string(accessKeyID)]))
        } catch  where error.isConditionalCheckFailed {
            return
        }
    }

    package func deleteRetirement(
        _ name: Username, _ accessKeyID: String
    ) throws(AWSError) {
        try database.deleteItem(key: Username.key(name.retirementSortKey(accessKeyID)))
    }

    /// The condition that an attribute has no value. People write an empty text or a null.
    private static func isBlank(_ attribute: String) -> String {
        "(attribute_not_exists(\(attribute)) OR NOT attribute_type(\(attribute), :text) "
            + "OR \(attribute) = :empty)"
    }

    private static let blank: Item = [":text": .string("S"), ":empty": .string("")]
}
