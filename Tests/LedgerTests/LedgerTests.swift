import AWS
import HTTP
import Ledger
import Mail
import Testing

/// What a claim finds, and what becomes of it with each of the effects failing once.
struct LedgerTests {
    private static let now: Int64 = 1_737_194_400_000
    private static let until: Int64 = 1_737_194_430_000
    private static let key = LedgerKey.gmail(
        originalMessageId: "m1", mailbox: Mailbox(destination: "Me@gmail.com"))
    private static let broken = AWSError.unanswered(.timedOut(CallName("DynamoDB", "any")))
    private static let conditionFailed = AWSError.refused(
        CallName("DynamoDB", "any"),
        AWSRefusal(code: "ConditionalCheckFailedException", message: "", status: 400))

    /// The three effects as they were called, and what each of them does.
    private final class Table {
        var calls: [String] = []
        var row: Item?
        var failures: [String: AWSError] = [:]
        var written: [(row: Item, condition: DynamoDB.Expression?)] = []
        var deleted: DynamoDB.Expression?

        init(row: Item? = nil, failing effect: String = "", with error: AWSError? = nil) {
            self.row = row
            failures[effect] = error
        }

        private func call(_ name: String) throws(AWSError) {
            calls.append(name)
            if let error = failures[name] { throw error }
        }

        var ledger: Ledger {
            Ledger(
                read: { key throws(AWSError) in
                    #expect(key == LedgerTests.key)
                    try self.call("read")
                    return self.row
                },
                write: { row, condition throws(AWSError) in
                    try self.call("write")
                    self.written.append((row, condition))
                },
                delete: { key, condition throws(AWSError) in
                    #expect(key == LedgerTests.key)
                    try self.call("delete")
                    self.deleted = condition
                }, epochMilliseconds: { LedgerTests.now }, retentionDays: 120)
        }
    }

    private static func row(_ state: String, until: Int64) -> Item {
        [
            "PK": .string("MAIL#m1"), "SK": .string("GMAIL#me@gmail.com"),
            "state": .string(state), "until": .number(Int(until)),
            "expires_at": .number(1_737_194_400 + 120 * 86_400),
        ]
    }

    @Test("An effect that nobody has claimed is granted, and claimed until the deadline")
    func fresh() throws {
        let table = Table()
        #expect(try table.ledger.claim(Self.key, until: Self.until) == .granted)
        #expect(table.calls == ["read", "write"])
        #expect(table.written.first?.row == Self.row("claimed", until: Self.until))
        #expect(
            table.written.first?.condition
                == DynamoDB.Expression(
                    "attribute_not_exists(PK) OR (#state = :claimed AND #until < :now)",
                    names: ["#state": "state", "#until": "until"],
                    values: [":claimed": .string("claimed"), ":now": .number(Int(Self.now))]))
    }

    @Test("An effect that is done is not granted, whenever it was done")
    func done() throws {
        for until in [0, Self.now + 1] {
            let table = Table(row: Self.row("done", until: until))
            #expect(try table.ledger.claim(Self.key, until: Self.until) == .done)
            #expect(table.calls == ["read"])
        }
    }

    @Test("A claim that is alive is not success, and one that ran out is taken over")
    func takeover() throws {
        for (until, isAlive) in [(now + 1, true), (now, true), (now - 1, false), (0, false)] {
            let table = Table(row: Self.row("claimed", until: until))
            let claim = Result { () throws(LedgerError) in
                try table.ledger.claim(Self.key, until: Self.until)
            }
            #expect(claim == (isAlive ? .failure(.heldElsewhere) : .success(.granted)))
            #expect(table.calls == (isAlive ? ["read"] : ["read", "write"]))
        }
    }

    private var now: Int64 { Self.now }

    @Test("A ledger that cannot be read grants nothing, and nothing is written")
    func unreadable() {
        let table = Table(failing: "read", with: Self.broken)
        #expect(throws: LedgerError.unavailable(Self.broken)) {
            try table.ledger.claim(Self.key, until: Self.until)
        }
        #expect(table.calls == ["read"])
    }

    @Test("A claim that cannot be written grants nothing")
    func unwritable() {
        let table = Table(failing: "write", with: Self.broken)
        #expect(throws: LedgerError.unavailable(Self.broken)) {
            try table.ledger.claim(Self.key, until: Self.until)
        }
    }

    @Test("Of two claims at the same time one is held elsewhere")
    func race() {
        let table = Table(failing: "write", with: Self.conditionFailed)
        #expect(throws: LedgerError.heldElsewhere) {
            try table.ledger.claim(Self.key, until: Self.until)
        }
    }

    @Test("What was performed is marked, whoever holds the claim by now")
    func complete() throws {
        let table = Table(row: Self.row("claimed", until: Self.until))
        try table.ledger.complete(Self.key)
        #expect(table.calls == ["write"])
        #expect(table.written.first?.row == Self.row("done", until: Self.now))
        #expect(table.written.first?.condition == nil)
    }

    @Test("A mark that cannot be written is a failure, whatever the reason")
    func incomplete() {
        for error in [Self.broken, Self.conditionFailed] {
            let table = Table(failing: "write", with: error)
            #expect(throws: LedgerError.unavailable(error)) { try table.ledger.complete(Self.key) }
        }
    }

    @Test("Only the own claim is released")
    func release() throws {
        let table = Table()
        try table.ledger.release(Self.key, until: Self.until)
        #expect(table.calls == ["delete"])
        #expect(
            table.deleted
                == DynamoDB.Expression(
                    "#state = :claimed AND #until = :until",
                    names: ["#state": "state", "#until": "until"],
                    values: [":claimed": .string("claimed"), ":until": .number(Int(Self.until))]))
    }

    @Test("A claim that is somebody else's by now stays, and that is no failure")
    func foreignRelease() throws {
        let table = Table(failing: "delete", with: Self.conditionFailed)
        try table.ledger.release(Self.key, until: Self.until)
        #expect(table.calls == ["delete"])
    }

    @Test("A release that fails says so")
    func failedRelease() {
        let table = Table(failing: "delete", with: Self.broken)
        #expect(throws: LedgerError.unavailable(Self.broken)) {
            try table.ledger.release(Self.key, until: Self.until)
        }
    }

    @Test("A row that is not ours in its form is not taken for done")
    func oddRows() throws {
        for row: Item in [[:], ["state": .bool(true)], ["state": .string("DONE")]] {
            #expect(try Table(row: row).ledger.claim(Self.key, until: Self.until) == .granted)
        }
    }
}
