package import AWS

/// What the table does for us, by the names of what it does. Every change holds on to the status
/// that was read: a row that has changed since is not written over, and one that has gone is not
/// brought back.
package struct RowStore {
    /// The timer of an old key: a row that DynamoDB deletes when the overlap is over. The stream's
    /// record of that is what ends the key (`CredentialManager.retire`).
    package struct Retirement: Equatable, Sendable {
        package let accessKeyID: String

        package init(accessKeyID: String) {
            self.accessKeyID = accessKeyID
        }
    }

    /// What a provisioned or rotated row says.
    package struct Issue: Equatable, Sendable {
        package let accessKeyID: String
        package let encryptedPassword: String
        package let iamUserName: String
        package let iamUserARN: String

        package init(
            accessKeyID: String, encryptedPassword: String, iamUserName: String,
            iamUserARN: String
        ) {
            self.accessKeyID = accessKeyID
            self.encryptedPassword = encryptedPassword
            self.iamUserName = iamUserName
            self.iamUserARN = iamUserARN
        }
    }

    package var read: (Username) throws(AWSError) -> CredentialRow?
    package var nameUser: (Username, String, CredentialRow) throws(AWSError) -> Void
    package var activate: (Username, Issue, CredentialRow) throws(AWSError) -> Void
    /// Stores the new key and starts the timer of the old one, both or none.
    package var rotate: (Username, Issue, _ old: String, CredentialRow) throws(AWSError) -> Void
    /// By sort key: an illegal name has a row too.
    package var statusOf: (_ sortKey: String) throws(AWSError) -> CredentialRow.Status?
    package var reportError:
        (_ sortKey: String, String, CredentialRow.Status) throws(AWSError) -> Void
    package var retirements: (Username) throws(AWSError) -> [Retirement]
    package var deleteRetirement: (Username, _ accessKeyID: String) throws(AWSError) -> Void
    /// Takes the old key out of the row, where the row still speaks of it.
    package var forgetPreviousKey: (Username, _ accessKeyID: String) throws(AWSError) -> Void
    /// All credentials' names, legal or not, for reconciliation.
    package var sortKeys: () throws(AWSError) -> [String]
}

extension RowStore {
    /// The table itself.
    package init(_ database: DynamoDB, epochSeconds: @escaping () -> Int) {
        let writer = RowWriter(database: database, epochSeconds: epochSeconds)
        read = { name throws(AWSError) in
            try database.getItem(key: name.rowKey).map(CredentialRow.init)
        }
        nameUser = writer.nameUser
        activate = writer.activate
        rotate = writer.rotate
        statusOf = { sortKey throws(AWSError) in
            try database.getItem(key: RowWriter.key(sortKey)).map { CredentialRow($0).status }
        }
        reportError = writer.reportError
        retirements = { name throws(AWSError) in
            try database.rows(partition: "SMTP_USER", sortKeyPrefix: name.retirementPrefix)
                .compactMap { $0["SK"]?.string?.split(separator: "#").last }
                .map { Retirement(accessKeyID: String($0)) }
        }
        deleteRetirement = { name, accessKeyID throws(AWSError) in
            try database.deleteItem(key: RowWriter.key(name.retirementSortKey(accessKeyID)))
        }
        forgetPreviousKey = writer.forgetPreviousKey
        sortKeys = { () throws(AWSError) in
            try database.rows(partition: "SMTP_USER", sortKeyPrefix: "USER#")
                .compactMap { $0["SK"]?.string }
        }
    }
}
