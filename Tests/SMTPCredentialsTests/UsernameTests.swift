import AWS
import Testing

@testable import SMTPCredentials

struct UsernameTests {
    @Test(
        "A name has 1 to 39 of IAM's characters",
        arguments: [
            "a", "john.doe", "A-Z_a+z=0,9@x", String(repeating: "x", count: 39),
        ])
    func legal(name: String) throws {
        let username = try #require(Username(name))
        let iamUserName = username.iamUserName(createdAt: 9_999_999_999)
        #expect(iamUserName == "ses-smtp-user-\(name)-9999999999")
        #expect(iamUserName.utf8.count <= 64)
        #expect(Username.isIAMUserName(iamUserName))
        #expect(RowChange.Subject(sortKey: "USER#\(name)") == .user(username))
    }

    @Test(
        "Any other name is a row whose administrator is told",
        arguments: [
            "", String(repeating: "x", count: 40), "a b", "a#b", "a/b", "a:b", "jöhn", "a\u{1}",
            "a\n", "\u{301}a", "\u{212A}", "a*", "a?", "a'b", "a\"b", "a\r\n",
        ])
    func illegal(name: String) {
        #expect(Username(name) == nil)
        let sortKey = "USER#\(name)"
        #expect(RowChange.Subject(sortKey: sortKey) == .illegalUsername(sortKey: sortKey))
    }

    @Test("A tag holds no comma: a colon, which no name has, stands for it")
    func tag() throws {
        let username = try #require(Username("a,b,c@d"))
        #expect(username.tagValue == "a:b:c@d")
        #expect(
            Owner(username, environmentName: "test").tags.map { "\($0.key)=\($0.value)" }
                == ["ses-mail:username=a:b:c@d", "Environment=test"])
    }

    @Test("A timer's key names the credential and the old key")
    func timer() throws {
        let username = try #require(Username("john"))
        #expect(username.retirementSortKey("AKIA1") == "RETIRE#john#AKIA1")
        #expect(
            RowChange.Subject(sortKey: "RETIRE#john#AKIA1")
                == .retirement(username, accessKeyID: "AKIA1"))
    }

    @Test(
        "A row that is neither a credential nor a timer is left alone",
        arguments: [
            "", "USER", "user#john", "RETIRE#john", "RETIRE#john#", "RETIRE##AKIA1",
            "RETIRE#john#AKIA1#x", "RETIRE#jo hn#AKIA1", "retire#john#AKIA1", "XUSER#john",
            "MAIL#1",
        ])
    func foreign(sortKey: String) {
        #expect(RowChange.Subject(sortKey: sortKey) == nil)
    }

    @Test(
        "A stream record of another partition is left alone",
        arguments: [
            [:], ["PK": .string("SMTP_USER")], ["SK": .string("USER#john")],
            ["PK": .string("ROUTE#*"), "SK": .string("USER#john")],
            ["PK": .number(1), "SK": .string("USER#john")],
            ["PK": .string("SMTP_USER"), "SK": .number(1)],
        ] as [Item])
    func otherKeys(keys: Item) {
        #expect(RowChange(keys: keys, oldImage: nil, epochSeconds: 1) == nil)
    }

    @Test(
        "The old image's user counts where it may be ours",
        arguments: [
            ("ses-smtp-user-john-1", true), ("", false), ("admin", false),
            ("ses-smtp-user-jo hn", false), ("Ses-smtp-user-john-1", false),
            ("ses-smtp-user-" + String(repeating: "x", count: 51), false),
        ])
    func oldUser(name: String, counts: Bool) {
        let change = RowChange(
            keys: ["PK": .string("SMTP_USER"), "SK": .string("USER#john")],
            oldImage: ["iam_user_name": .string(name)], epochSeconds: 1)
        #expect(change?.oldUserName == (counts ? name : nil))
    }

    @Test(
        "An old image proves that its user was in use at the time of the last password",
        arguments: [
            ("active", "sealed", "2025-01-18T10:00:00Z", 1_737_194_400),
            ("disabled", "sealed", "2025-01-18T10:00:00Z", 1_737_194_400),
            ("pending", "sealed", "2025-01-18T10:00:00Z", nil),
            ("active", "", "2025-01-18T10:00:00Z", nil), ("active", "sealed", "", nil),
            ("active", "sealed", "yesterday", nil),
        ] as [(String, String, String, Int?)])
    func userInUse(status: String, password: String, updated: String, expected: Int?) {
        let change = RowChange(
            keys: ["PK": .string("SMTP_USER"), "SK": .string("USER#john")],
            oldImage: [
                "status": .string(status), "encrypted_password": .string(password),
                "updated_at": .string(updated),
            ], epochSeconds: 1)
        #expect(change?.oldUserEpochSeconds == expected)
    }
}
