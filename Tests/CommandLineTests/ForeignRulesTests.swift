import JSON
import Testing

@testable import ses_mail

/// The exports of other services, as `rules import --from` reads them.
struct ForeignRulesTests {
    private func rules(_ service: ForeignService, _ text: String) throws -> ForeignRules {
        try ForeignRules(Array(text.utf8), named: "The file x", from: service)
    }

    private static func forward(
        _ recipient: String, to targets: String..., enabled: Bool = true,
        saying description: String? = nil
    ) -> JSONValue {
        let target: JSONValue.Member =
            targets.count == 1
            ? .init("target", .string(targets[0]))
            : .init("targets", .array(targets.map { .string($0) }))
        let words = description.map { [JSONValue.Member("description", .string($0))] } ?? []
        return .object(
            [
                .init("recipient", .string(recipient)), .init("action", "forward-to-gmail"), target,
                .init("enabled", .bool(enabled)),
            ] + words)
    }

    @Test("SimpleLogin: the CSV of its aliases")
    func simpleLogin() throws {
        let found = try rules(
            .simplelogin,
            "alias,note,enabled,mailboxes\r\n"
                + "Shop@example.com,\"Books, \"\"used\"\"\nand new\",True,me@gmail.com\r\n"
                + "two@example.com,,False,me@gmail.com family@gmail.com\r\n"
                + "nobody@example.com,,True,\r\n")
        #expect(
            found.document == [
                Self.forward(
                    "shop@example.com", to: "me@gmail.com", saying: "Books, 'used' and new"),
                Self.forward(
                    "two@example.com", to: "me@gmail.com", "family@gmail.com", enabled: false),
            ])
        #expect(
            found.notes == [
                "Left out nobody@example.com: it has no recipient that is a mail address.",
                "One alias is disabled: here its mail goes by a wider rule, if there is one.",
            ])
    }

    @Test("addy.io: the answer of its API, whose recipients the CSV lacks")
    func addy() throws {
        let found = try rules(
            .addy,
            """
            {"data": [
              {"email": "a@example.com", "active": true, "description": null, "deleted_at": null,
               "recipients": [{"email": "me@gmail.com", "should_encrypt": true}]},
              {"email": "b@example.com", "active": false, "description": "B", "deleted_at": null,
               "recipients": [{"email": "me@gmail.com"}, {"email": "you@gmail.com"}]},
              {"email": "c@example.com", "active": true, "recipients": []},
              {"email": "d@example.com", "active": true, "deleted_at": "2025-01-01 00:00:00",
               "recipients": [{"email": "me@gmail.com"}]}
            ], "meta": {"current_page": 1, "last_page": 3}}
            """)
        #expect(
            found.document == [
                Self.forward("a@example.com", to: "me@gmail.com"),
                Self.forward(
                    "b@example.com", to: "me@gmail.com", "you@gmail.com", enabled: false,
                    saying: "B"),
            ])
        #expect(
            found.notes == [
                "Not taken over of a@example.com: the encryption by PGP.",
                "Left out c@example.com: it has the account's default recipient, which is not in "
                    + "the file.",
                "Left out d@example.com: it is deleted there.",
                "The file is a part of the export only: one of 3 pages.",
                "One alias is disabled: here its mail goes by a wider rule, if there is one.",
            ])
        let table = try rules(.addy, "id,email,active,deleted_at\n1,a@example.com,1,\n")
        #expect(table.document == .array([]))
        #expect(
            table.notes == [
                "Left out a@example.com: the CSV names no recipients; use the answer of GET "
                    + "/api/v1/aliases."
            ])
    }

    @Test("Cloudflare: the list of the rules of a zone")
    func cloudflare() throws {
        let found = try rules(
            .cloudflare,
            """
            {"success": true, "result": [
              {"id": "1", "name": "Info", "enabled": true,
               "matchers": [{"type": "literal", "field": "to", "value": "info@example.com"}],
               "actions": [{"type": "forward", "value": ["me@gmail.com", "you@gmail.com"]}]},
              {"id": "2", "name": "", "enabled": true,
               "matchers": [{"type": "literal", "field": "to", "value": "gone@example.com"}],
               "actions": [{"type": "drop"}]},
              {"id": "3", "name": "W", "enabled": true,
               "matchers": [{"type": "literal", "field": "to", "value": "w@example.com"}],
               "actions": [{"type": "worker", "value": ["w"]}]},
              {"id": "4", "name": "", "enabled": false, "matchers": [{"type": "all"}],
               "actions": [{"type": "forward", "value": ["me@gmail.com"]}]},
              {"id": "5", "name": "", "enabled": true,
               "matchers": [{"type": "literal", "field": "to", "value": "INFO@example.com"}],
               "actions": [{"type": "forward", "value": ["you@gmail.com"]}]}
            ], "result_info": {"page": 1, "per_page": 5, "count": 5, "total_count": 9}}
            """)
        #expect(
            found.document == [
                Self.forward(
                    "info@example.com", to: "me@gmail.com", "you@gmail.com", saying: "Info"),
                ["recipient": "gone@example.com", "action": "store", "enabled": true],
                Self.forward("*@example.com", to: "me@gmail.com", enabled: false),
            ])
        #expect(
            found.notes == [
                "Not taken over of gone@example.com: the deletion of its mail, which is stored "
                    + "here.",
                "Left out w@example.com: it calls a worker.",
                "Left out info@example.com: an entry before is for the same address.",
                "The file is a part of the export only: 5 of 9 rules.",
                "One alias is disabled: here its mail goes by a wider rule, if there is one.",
            ])
    }

    @Test("Cloudflare: the rule for everything alone does not say its domain")
    func catchAll() throws {
        let found = try rules(
            .cloudflare,
            """
            {"result": {"id": "4", "enabled": true, "matchers": [{"type": "all"}],
             "actions": [{"type": "forward", "value": ["me@gmail.com"]}]}}
            """)
        #expect(found.document == .array([]))
        #expect(
            found.notes == [
                "Left out rule 4: it is for every address of a domain that the file does not name."
            ])
    }

    @Test("ImprovMX: domains with their aliases, rules, and a CSV")
    func improvMX() throws {
        let found = try rules(
            .improvmx,
            """
            {"domains": [{"domain": "example.com", "aliases": [
              {"alias": "*", "forward": "me@gmail.com", "id": 1},
              {"alias": "shop", "forward": "me@gmail.com,https://hooks.example/secret", "id": 2},
              {"alias": "hook", "forward": "https://hooks.example/secret", "id": 3}]}],
             "total": 2, "success": true}
            """)
        #expect(
            found.document == [
                Self.forward("*@example.com", to: "me@gmail.com"),
                Self.forward("shop@example.com", to: "me@gmail.com"),
            ])
        #expect(
            found.notes == [
                "Not taken over of shop@example.com: a webhook.",
                "Left out hook@example.com: it has no recipient that is a mail address.",
                "The file is a part of the export only: 1 of 2 domains.",
            ])
        let table = try rules(
            .improvmx,
            "alias,forward\nshop@example.com,\"me@gmail.com, you@gmail.com\"\nx,y@b.com\n")
        #expect(
            table.document == [
                Self.forward("shop@example.com", to: "me@gmail.com", "you@gmail.com")
            ])
        #expect(
            table.notes == [
                "Left out x: the file does not name its domain; use the answer of GET /v3/domains."
            ])
    }

    @Test("Forward Email: the aliases of a domain")
    func forwardEmail() throws {
        let found = try rules(
            .forwardemail,
            """
            [{"name": "*", "domain": {"name": "example.com"}, "is_enabled": true,
              "recipients": ["me@gmail.com"], "labels": ["catch-all"]},
             {"name": "hello", "domain": {"name": "example.com"}, "is_enabled": true,
              "description": "Greetings", "has_pgp": true, "labels": ["work"],
              "recipients": ["me@gmail.com", "1.2.3.4", "https://hooks.example/secret"]},
             {"name": "/^(a|b)$/", "domain": {"name": "example.com"}, "is_enabled": true,
              "recipients": ["me@gmail.com"]},
             {"name": "imap", "domain": {"name": "example.com"}, "is_enabled": true,
              "has_imap": true, "recipients": []}]
            """)
        #expect(
            found.document == [
                Self.forward("*@example.com", to: "me@gmail.com"),
                Self.forward("hello@example.com", to: "me@gmail.com", saying: "Greetings"),
            ])
        #expect(
            found.notes == [
                "Not taken over of hello@example.com: the encryption by PGP.",
                "Not taken over of hello@example.com: the recipient 1.2.3.4.",
                "Not taken over of hello@example.com: a webhook.",
                "Left out /^(a|b)$/: it is a regular expression; make a rule for a pattern "
                    + "instead.",
                "Left out imap@example.com: it has no recipient that is a mail address.",
            ])
    }

    @Test(
        "A file of another service is refused whole",
        arguments: [
            (.simplelogin, "a,b\n1,2\n", "it has no column alias"),
            (.simplelogin, "[]", "it is JSON"),
            (.addy, #"{"result": []}"#, "it has no data"),
            (.cloudflare, "alias,forward\n", "it is not JSON"),
            (.improvmx, #"{"success": true}"#, "it has no aliases"),
            (.forwardemail, #"{"data": []}"#, "it is not a list"),
            (.cloudflare, "{", ""),
            (.simplelogin, "", "it has no column alias"),
        ] as [(ForeignService, String, String)])
    func foreign(service: ForeignService, text: String, reason: String) {
        let failure = #expect(throws: Failure.self) { try rules(service, text) }
        #expect(failure?.status == .failed)
        #expect(failure?.sentence.contains(reason) == true, "\(failure?.sentence ?? "")")
        #expect(failure?.sentence.hasPrefix("The file x is not ") == true)
    }
}
