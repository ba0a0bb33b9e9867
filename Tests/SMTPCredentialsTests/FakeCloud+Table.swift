import AWS

@testable import SMTPCredentials

/// The table: conditions hold or the change is refused, as the service does it.
extension FakeCloud {
    var rowStore: RowStore {
        RowStore(
            read: { [self] name throws(AWSError) in
                try call("read") { rows["USER#\(name)"].map(CredentialRow.init) }
            },
            nameUser: { [self] name, user, seen throws(AWSError) in
                try call("nameUser") { () throws(AWSError) in
                    guard var row = current(name, seen), CredentialRow(row).iamUserName == nil
                    else { throw conflict }
                    row["iam_user_name"] = .string(user)
                    write("USER#\(name)", row)
                }
            },
            activate: { [self] name, issue, seen throws(AWSError) in
                try call("activate") { () throws(AWSError) in
                    guard var row = current(name, seen), !isTaken(row) else { throw conflict }
                    store(issue, in: &row)
                    write("USER#\(name)", row)
                }
            },
            rotate: { [self] name, issue, old, seen throws(AWSError) in
                try call("rotate") { () throws(AWSError) in
                    guard var row = current(name, seen), row["access_key_id"] == .string(old)
                    else { throw conflict }
                    store(issue, in: &row)
                    row["previous_access_key_id"] = .string(old)
                    write("USER#\(name)", row)
                    write(
                        name.retirementSortKey(old),
                        [
                            "iam_user_name": .string(issue.iamUserName),
                            "expires_at": .number(now + 7 * 86_400),
                        ])
                }
            },
            statusOf: { [self] sortKey throws(AWSError) in
                try call("statusOf") { rows[sortKey].map { CredentialRow($0).status } }
            },
            reportError: { [self] sortKey, message, seen throws(AWSError) in
                try call("reportError") { () throws(AWSError) in
                    guard var row = rows[sortKey], CredentialRow(row).status == seen else {
                        throw conflict
                    }
                    row["status"] = .string("error")
                    row["error_message"] = .string(message)
                    row["updated_at"] = .string("t\(now)")
                    write(sortKey, row)
                }
            },
            retirements: { [self] name throws(AWSError) in
                try call("retirements") {
                    rows.keys.filter { $0.hasPrefix(name.retirementPrefix) }.sorted().map {
                        RowStore.Retirement(
                            accessKeyID: String($0.dropFirst(name.retirementPrefix.count)))
                    }
                }
            },
            deleteRetirement: { [self] name, key throws(AWSError) in
                try call("deleteRetirement") { write(name.retirementSortKey(key), nil) }
            },
            forgetPreviousKey: { [self] name, key throws(AWSError) in
                try call("forgetPreviousKey") {
                    guard var row = rows["USER#\(name)"],
                        row["previous_access_key_id"] == .string(key)
                    else { return }
                    row["previous_access_key_id"] = nil
                    write("USER#\(name)", row)
                }
            },
            sortKeys: { [self] () throws(AWSError) in
                try call("sortKeys") { rows.keys.filter { $0.hasPrefix("USER#") }.sorted() }
            })
    }

    private func current(_ name: Username, _ seen: CredentialRow) -> Item? {
        guard let row = rows["USER#\(name)"], CredentialRow(row).status == seen.status else {
            return nil
        }
        return row
    }

    private func isTaken(_ row: Item) -> Bool {
        row["status"] == .string("active") && CredentialRow(row).hasPassword
    }

    private func store(_ issue: RowStore.Issue, in row: inout Item) {
        row["status"] = .string("active")
        row["encrypted_password"] = .string(issue.encryptedPassword)
        row["access_key_id"] = .string(issue.accessKeyID)
        row["iam_user_name"] = .string(issue.iamUserName)
        row["iam_user_arn"] = .string(issue.iamUserARN)
        row["error_message"] = nil
        row["updated_at"] = .string("t\(now)")
    }
}
