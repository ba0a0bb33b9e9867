import AWS
import HTTP
import JSON
import TestSupport
import Testing
import Text

@testable import ses_mail

/// The commands about SMTP credentials, against a deployed world with the real credential manager.
@Suite(.waiting)
struct SMTPCommandTests {
    private let world: World

    init() throws {
        world = try LocalCloud.shared.get().world()
    }

    @Test("A credential's life is told as it was accepted")
    func life() throws {
        let transcript = try world.transcript([
            ["smtp", "list"],
            ["smtp", "show", "john.doe"],
            [
                "smtp", "create", "john.doe", "--from", "john.doe@example.com", "--from",
                "*@news.example.com", "--description", "John", "--wait",
            ],
            ["smtp", "create", "john.doe", "--from", "*"],
            ["smtp", "list"],
            ["smtp", "show", "john.doe"],
            ["smtp", "show", "john.doe", "--reveal", "--json"],
            ["smtp", "rotate", "john.doe", "--wait"],
            ["smtp", "show", "john.doe", "--reveal"],
            ["smtp", "disable", "john.doe"],
            ["smtp", "disable", "john.doe"],
            ["smtp", "rotate", "john.doe"],
            ["smtp", "enable", "john.doe", "--json"],
            ["smtp", "delete", "john.doe"],
            ["smtp", "delete", "john.doe", "--yes"],
            ["smtp", "delete", "john.doe", "--yes"],
            ["smtp", "list", "--json"],
        ]).withoutSecrets
        #expect(try transcript == GoldenFile("smtp.txt").accepted(transcript))
    }

    @Test("Who rotates twice within a week is told which password stops at once")
    func rotatedTwice() throws {
        #expect(try world.run(["smtp", "create", "a", "--from", "*", "--wait"]).status == 0)
        #expect(try world.run(["smtp", "rotate", "a", "--wait"]).complaint.isEmpty)
        let shown = try world.run(["smtp", "show", "a", "--json"]).output
        let first = try #require(
            try JSONValue(parsing: Array(shown.utf8))["previous_access_key_id"]?.string)
        let second = try world.run(["smtp", "rotate", "a", "--wait"])
        #expect(second.status == 0)
        #expect(second.complaint.contains("the password of key \(first), from before the last"))
    }

    @Test("A credential is written in the shape that the reference shows")
    func shape() throws {
        let arguments = ["smtp", "create", "a", "--from", "a@b.example", "--description", "words"]
        // Refused by the manager's rules or not: what is written first is the administrator's.
        let run = try world.run(arguments + ["--wait"])
        #expect(run.status == 0)
        let row = try #require(
            try world.database.getItem(key: ["PK": .string("SMTP_USER"), "SK": .string("USER#a")]))
        #expect(row["entity_type"] == .string("smtp_credential"))
        #expect(row["allowed_from_addresses"] == .list([.string("a@b.example")]))
        #expect(row["description"] == .string("words"))
        #expect(row["status"] == .string("active"))
    }

    @Test("The password is shown to who asks for it, and to nobody else")
    func secrecy() throws {
        #expect(try world.run(["smtp", "create", "a", "--from", "*", "--wait"]).status == 0)
        let revealed = try world.run(["smtp", "show", "a", "--reveal", "--json"]).output
        let password = try #require(
            try JSONValue(parsing: Array(revealed.utf8))["password"]?.string)
        #expect(Base64.decode(Array(password.utf8))?.count == 33)
        #expect(try world.run(["smtp", "show", "a", "--reveal"]).output.contains(password))
        for arguments in [["show", "a"], ["show", "a", "--json"], ["list"], ["list", "--json"]] {
            #expect(try !world.run(["smtp"] + arguments).output.contains(password))
        }
    }

    @Test("A row without a password has none to reveal, and one with a bad list says so")
    func unfinished() throws {
        var row: Item = [
            "PK": .string("SMTP_USER"), "SK": .string("USER#b"), "status": .string("pending"),
            "allowed_from_addresses": .list([.string("a?b@c")]),
        ]
        try world.database.putItem(row)
        _ = try world.run(["smtp", "list"])
        let shown = try world.run(["smtp", "show", "b", "--reveal"])
        #expect(shown.status == 1)
        #expect(shown.complaint.hasPrefix("ses-mail: The credential b has no password yet, "))
        row["SK"] = .string("USER#c")
        row["encrypted_password"] = .string("Z2FyYmFnZQ==")
        row["status"] = .string("disabled")
        try world.database.putItem(row)
        let garbage = try world.run(["smtp", "show", "c", "--reveal"])
        #expect(garbage.status != 0)
        #expect(garbage.output.isEmpty)
    }

    @Test("What differs between rows and IAM is told, and mended when that is asked for")
    func reconcile() throws {
        #expect(try world.run(["smtp", "create", "a", "--from", "*", "--wait"]).status == 0)
        #expect(try world.run(["smtp", "reconcile"]).output == "Rows and IAM agree.\n")
        let shown = try world.run(["smtp", "show", "a", "--json"]).output
        let view = try JSONValue(parsing: Array(shown.utf8))
        let user = try #require(view["iam_user_name"]?.string)
        let key = try #require(view["access_key_id"]?.string)
        // The manager looks once more at what it has written itself, and would mend this.
        try world.waitUntilQuiet()
        try world.iam.setAccessKey(key, of: user, active: false)
        let told = try world.run(["smtp", "reconcile"])
        #expect(told.status == 2)
        #expect(
            told.output
                == "a: make key \(key) active\nFix this with: ses-mail smtp reconcile --apply\n")
        let refused = try world.run(["smtp", "reconcile", "--apply"])
        #expect(refused.status == 3)
        #expect(try world.iam.accessKeys(of: user) == [.init(id: key, isActive: false)])
        let mended = try world.run(["smtp", "reconcile", "--apply", "--yes"])
        #expect(mended.status == 0)
        #expect(mended.output == "a: make key \(key) active\nFixed 1 of 1.\n")
        #expect(try world.iam.accessKeys(of: user) == [.init(id: key, isActive: true)])
        #expect(try world.run(["smtp", "reconcile"]).output == "Rows and IAM agree.\n")
    }

    @Test("Reconciling makes the user that a row lacks, and deletes the one that no row names")
    func reconcileUsers() throws {
        try stopManager()
        #expect(try world.run(["smtp", "create", "a", "--from", "*"]).status == 0)
        let orphan = "ses-smtp-user-gone-1"
        _ = try world.iam.createUser(
            orphan, tags: [("Environment", "local"), ("ses-mail:username", "gone")],
            permissionsBoundary: nil)
        let statement = #"{"Effect": "Allow", "Action": "ses:SendRawEmail", "Resource": "*"}"#
        try world.iam.putPolicy(
            #"{"Version": "2012-10-17", "Statement": [\#(statement)]}"#, named: "any", of: orphan)
        _ = try world.iam.createAccessKey(for: orphan)
        let mended = try world.run(["smtp", "reconcile", "--apply", "--yes"])
        #expect(mended.status == 0, "\(mended.output)\(mended.complaint)")
        #expect(try world.iam.user(orphan) == nil)
        let shown = try world.run(["smtp", "show", "a", "--json"]).output
        let view = try JSONValue(parsing: Array(shown.utf8))
        let user = try #require(view["iam_user_name"]?.string)
        #expect(try world.iam.accessKeys(of: user).map(\.isActive) == [true])
        #expect(try world.run(["smtp", "reconcile"]).output == "Rows and IAM agree.\n")
    }

    @Test("An IAM user that no tag gives an owner is left, and counted as left")
    func reconcileOwnerless() throws {
        let orphan = "ses-smtp-user-nobody-1"
        _ = try world.iam.createUser(
            orphan, tags: [("Environment", "local")], permissionsBoundary: nil)
        let finding =
            "\(orphan): no row names this IAM user, and no tag names its owner; delete it by hand\n"
        let shown = try world.run(["smtp", "reconcile"])
        #expect(shown.status == 2)
        #expect(shown.output == "\(finding)1 of 1 must be fixed by hand.\n")
        let left = try world.run(["smtp", "reconcile", "--apply", "--yes"])
        #expect(left.status == 2)
        #expect(left.output == "\(finding)Fixed 0 of 1. 1 must be fixed by hand.\n")
        #expect(try world.iam.user(orphan) != nil)
    }

    @Test("A fix that breaks off half-way says how many were made")
    func reconcileHalfWay() throws {
        #expect(try world.run(["smtp", "create", "a", "--from", "*", "--wait"]).status == 0)
        let shown = try world.run(["smtp", "show", "a", "--json"]).output
        let view = try JSONValue(parsing: Array(shown.utf8))
        let user = try #require(view["iam_user_name"]?.string)
        let key = try #require(view["access_key_id"]?.string)
        try stopManager()
        try world.iam.setAccessKey(key, of: user, active: false)
        #expect(try world.run(["smtp", "create", "b", "--from", "*"]).status == 0)
        try world.setWeather([
            "seed": 1, "throttle": 1, "mostInARow": 100, "services": ["kms:Encrypt"],
        ])
        let run = try CommandRun(
            ["smtp", "reconcile", "--apply", "--yes"],
            environment: world.environment(["AWS_MAX_ATTEMPTS": "1"]))
        #expect(run.status == 5)
        #expect(
            run.sentence.hasPrefix("ses-mail: Fixed 1 of 2, then: AWS is too busy for KMS.Encrypt"),
            "\(run.complaint)")
        #expect(try world.iam.accessKeys(of: user).map(\.isActive) == [true])
    }

    /// As users were made before there was a permissions boundary.
    private func takeBoundary(of user: String) throws {
        _ = try world.session.client(signingName: "iam", region: "us-east-1").send(
            HTTPRequest(
                .post, "\(world.endpoint)/",
                headers: ["Content-Type": "application/x-www-form-urlencoded"],
                body: HTTPBody(
                    "Action=DeleteUserPermissionsBoundary&Version=2010-05-08&UserName=\(user)"),
                name: CallName("IAM", "DeleteUserPermissionsBoundary")))
    }

    @Test("A user that has no boundary gets it by his row's next change, and by reconciling")
    func boundary() throws {
        let boundary = "arn:aws:iam::123456789012:policy/ses-mail-smtp-boundary-local"
        #expect(try world.run(["smtp", "create", "a", "--from", "*", "--wait"]).status == 0)
        let shown = try world.run(["smtp", "show", "a", "--json"]).output
        let view = try JSONValue(parsing: Array(shown.utf8))
        let user = try #require(view["iam_user_name"]?.string)
        #expect(try world.iam.user(user)?.permissionsBoundary == boundary)
        try world.waitUntilQuiet()
        try takeBoundary(of: user)
        #expect(try world.iam.user(user)?.permissionsBoundary == nil)
        #expect(try world.run(["smtp", "allow", "a", "--from", "*@example.com"]).status == 0)
        try world.waitUntilQuiet()
        #expect(try world.iam.user(user)?.permissionsBoundary == boundary)
        try takeBoundary(of: user)
        let told = try world.run(["smtp", "reconcile"]).output
        #expect(told.hasPrefix("a: set the permissions boundary\nFix this with: "))
        #expect(try world.run(["smtp", "reconcile", "--apply", "--yes"]).status == 0)
        #expect(try world.iam.user(user)?.permissionsBoundary == boundary)
    }

    /// Lets nobody but the command line follow the rows from now on.
    private func stopManager() throws {
        let name = "ses-mail-smtp-credential-manager-local"
        for mapping in try LambdaService(world.session).mappings(of: name) {
            _ = try world.session.client(signingName: "lambda").send(
                HTTPRequest(
                    .put, "\(world.endpoint)/2015-03-31/event-source-mappings/\(mapping.id)",
                    headers: ["Content-Type": "application/json"],
                    body: HTTPBody(JSONValue.object([.init("Enabled", false)]).bytes),
                    name: CallName("Lambda", "UpdateEventSourceMapping")))
        }
        try world.waitUntilQuiet()
    }
}

extension String {
    /// With what is different each time replaced: keys, users and passwords.
    fileprivate var withoutSecrets: String {
        masking(/AKIA[A-Z0-9]{16}/, as: "AKIAEXAMPLE")
            .masking(/ses-smtp-user-john.doe-\d{10}/, as: "ses-smtp-user-john.doe-0")
            .masking(/B[A-Za-z0-9+\/]{43}/, as: "BPASSWORD")
            .masking(/port      \d{5}/, as: "port      2587").masking(
                /"port":\d{5}/, as: "\"port\":2587")
    }
}
