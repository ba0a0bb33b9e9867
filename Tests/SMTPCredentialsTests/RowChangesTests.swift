import AWS
import HTTP
import JSON
import TestSupport
import Testing

@testable import SMTPCredentials

/// What becomes of a row: the conditions and updates are evaluated as the service does it.
struct RowChangesTests {
    private static let issue = IssuedPassword(
        accessKeyID: "AKIA2", encryptedPassword: "AQID", iamUserName: "ses-smtp-user-john-1",
        iamUserARN: "arn:john")
    private static let blanks: [AttributeValue?] = [nil, .string(""), .null]
    private static let all = ["pending", "active", "disabled", "rotate", "error", "odd"]

    /// A row as an administrator wrote it, with more in it than any writer reads.
    private static func row(_ status: String?, _ more: Item = [:]) -> Item {
        var row: Item = [
            "allowed_from_addresses": FakeCloud.list, "description": .string("words"),
            "error_message": .string("old words"),
        ]
        row["status"] = status.map { .string($0) }
        return row.merging(more) { $1 }
    }

    /// The row after the password of `issue` was stored in it.
    private static func issued(_ row: Item, _ more: Item = [:]) -> Item {
        var row = row
        row["error_message"] = nil
        return row.merging(
            [
                "status": .string("active"), "encrypted_password": .string("AQID"),
                "iam_user_arn": .string("arn:john"),
                "iam_user_name": .string("ses-smtp-user-john-1"), "access_key_id": .string("AKIA2"),
                "created_at": .string("1970-01-01T00:01:40Z"),
                "updated_at": .string("1970-01-01T00:01:40Z"),
            ]
        ) { $1 }.merging(more) { $1 }
    }

    @Test("A user is named while the row is as it was and names none", arguments: all)
    func nameUser(status: String) throws {
        for blank in Self.blanks {
            var row = Self.row(status)
            row["iam_user_name"] = blank
            let table = StoredRow(row)
            let seen = CredentialRow(row)
            try table.store.nameUser(table.john, "ses-smtp-user-john-1", seen)
            #expect(
                table.row == row.merging(["iam_user_name": .string("ses-smtp-user-john-1")]) { $1 })
            // Whoever read the row at the same time comes second, and writes nothing.
            table.expectConflict { () throws(AWSError) in
                try table.store.nameUser(table.john, "ses-smtp-user-john-2", seen)
            }
        }
        for other in Self.all where other != status {
            StoredRow(Self.row(other)).expectConflict { table throws(AWSError) in
                try table.store.nameUser(table.john, "x", CredentialRow(Self.row(status)))
            }
        }
        StoredRow(nil).expectConflict { table throws(AWSError) in
            try table.store.nameUser(table.john, "x", CredentialRow(Self.row(status)))
        }
    }

    @Test("A password is stored once, while the row's status is the one that was read")
    func activate() throws {
        let old: Item = [
            "previous_access_key_id": .string("AKIA0"), "previous_key_valid_until": .string("t9"),
        ]
        for status in ["pending", "active"] {
            for blank in Self.blanks {
                var row = Self.row(status, old)
                row["encrypted_password"] = blank
                let table = StoredRow(row)
                let seen = CredentialRow(row)
                try table.store.activate(table.john, Self.issue, seen)
                #expect(table.row == Self.issued(Self.row(status)))
                table.expectConflict { () throws(AWSError) in
                    try table.store.activate(table.john, Self.issue, seen)
                }
            }
            for other in Self.all where other != status {
                StoredRow(Self.row(other)).expectConflict { table throws(AWSError) in
                    try table.store.activate(
                        table.john, Self.issue, CredentialRow(Self.row(status)))
                }
            }
            StoredRow(nil).expectConflict { table throws(AWSError) in
                try table.store.activate(table.john, Self.issue, CredentialRow(Self.row(status)))
            }
        }
    }

    @Test("A password that another has stored in an active row stays")
    func storedMeanwhile() {
        let row = Self.row("active", ["encrypted_password": .string("theirs")])
        StoredRow(row).expectConflict { table throws(AWSError) in
            try table.store.activate(table.john, Self.issue, CredentialRow(Self.row("active")))
        }
    }

    @Test("The row's first creation stays written in it, and a new password replaces an old one")
    func activateAgain() throws {
        let row = Self.row(
            "pending", ["created_at": .string("t1"), "encrypted_password": .string("old")])
        let table = StoredRow(row)
        try table.store.activate(table.john, Self.issue, CredentialRow(row))
        #expect(table.row == Self.issued(Self.row("pending"), ["created_at": .string("t1")]))
    }

    @Test("A rotation and its timer are written together, or neither")
    func rotate() throws {
        let row = Self.row("rotate", ["access_key_id": .string("AKIA1")])
        let table = StoredRow(row)
        try table.store.rotate(table.john, Self.issue, "AKIA1", CredentialRow(row))
        #expect(
            table.row
                == Self.issued(
                    Self.row("rotate"),
                    [
                        "previous_access_key_id": .string("AKIA1"),
                        "previous_key_valid_until": .string("1970-01-08T00:01:40Z"),
                    ]))
        #expect(
            table.rows["RETIRE#john#AKIA1"] == [
                "iam_user_name": .string("ses-smtp-user-john-1"), "expires_at": .number(604_900),
                "entity_type": .string("smtp_key_retirement"),
            ])
        #expect(table.rows.count == 2)
        table.expectConflict { () throws(AWSError) in
            try table.store.rotate(table.john, Self.issue, "AKIA1", CredentialRow(row))
        }
        for changed in [
            Self.row("active", ["access_key_id": .string("AKIA1")]),
            Self.row("rotate", ["access_key_id": .string("AKIA3")]), Self.row("rotate"), nil,
        ] {
            StoredRow(changed).expectConflict { table throws(AWSError) in
                try table.store.rotate(table.john, Self.issue, "AKIA1", CredentialRow(row))
            }
        }
    }

    @Test("An error is written while the status is the one that was read", arguments: all + [nil])
    func reportError(status: String?) throws {
        let row = Self.row(status)
        let seen = CredentialRow(row).status
        for sortKey in ["USER#john", "USER#no name"] {
            let table = StoredRow(row, sortKey: sortKey)
            try table.store.reportError(sortKey, "words", seen)
            #expect(
                table.row
                    == row.merging([
                        "status": .string("error"), "error_message": .string("words"),
                        "updated_at": .string("1970-01-01T00:01:40Z"),
                    ]) { $1 })
        }
        for other in Self.all + [nil]
        where CredentialRow(Self.row(other)).status != seen && (status ?? "odd") != (other ?? "odd")
        {
            StoredRow(Self.row(other)).expectConflict { table throws(AWSError) in
                try table.store.reportError("USER#john", "words", seen)
            }
        }
        StoredRow(nil).expectConflict { table throws(AWSError) in
            try table.store.reportError("USER#john", "words", seen)
        }
    }

    @Test("A status of another type, which nobody can have meant, is reported as unknown")
    func oddStatus() throws {
        let table = StoredRow(Self.row(nil, ["status": .bool(true)]))
        try table.store.reportError("USER#john", "words", .unknown(""))
        #expect(table.row?["status"] == .string("error"))
    }

    @Test("An old key is taken out of the row where the row still has it, or not at all")
    func forget() throws {
        let old: Item = [
            "previous_access_key_id": .string("AKIA1"), "previous_key_valid_until": .string("t9"),
        ]
        let table = StoredRow(Self.row("active", old))
        try table.store.forgetPreviousKey(table.john, "AKIA2")
        #expect(table.row == Self.row("active", old))
        try table.store.forgetPreviousKey(table.john, "AKIA1")
        #expect(table.row == Self.row("active"))
        let empty = StoredRow(nil)
        try empty.store.forgetPreviousKey(empty.john, "AKIA1")
        #expect(empty.rows.isEmpty)
    }

    @Test("A timer is deleted by its user and key, and no other row")
    func deleteRetirement() throws {
        let table = StoredRow(Self.row("active"))
        try table.store.deleteRetirement(table.john, "AKIA1")
        #expect(table.rows.keys.sorted() == ["USER#john"])
        let timer = StoredRow([:], sortKey: "RETIRE#john#AKIA1")
        try timer.store.deleteRetirement(timer.john, "AKIA1")
        #expect(timer.rows.isEmpty)
    }
}
