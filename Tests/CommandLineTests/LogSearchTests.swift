import AWS
import Foundation
import JSON
import Synchronization
import TestSupport
import Testing

@testable import ses_mail

/// How `logs` searches, against a CloudWatch Logs of the test's own.
@Suite(.waiting)
struct LogSearchTests {
    /// One event, so many seconds before now.
    private static func event(_ id: String, _ secondsAgo: Int = 60, level: String = "INFO")
        -> String
    {
        let line = #"{\"level\":\"\#(level)\",\"message\":\"\#(id)\"}"#
        return
            #"{"eventId": "\#(id)", "timestamp": \#((Clock.epochSeconds() - secondsAgo) * 1000), "#
            + #""message": "\#(line)"}"#
    }

    private static func page(_ events: [String], next: String? = nil) -> Answer {
        let more = next.map { #", "nextToken": "\#($0)""# } ?? ""
        return Answer(200, [], #"{"events": [\#(events.joined(separator: ","))]\#(more)}"#)
    }

    /// Answers a question about a group by its token, "" for the first page.
    private func server(
        _ answer: @escaping @Sendable (_ group: String, _ token: String, JSONValue) -> Answer
    ) throws -> LoopbackServer {
        try LoopbackServer { request in
            guard let body = try? JSONValue(parsing: request.body) else { return Answer(500) }
            let group = body["logGroupName"]?.string?.split(separator: "/").last ?? ""
            return answer(String(group), body["nextToken"]?.string ?? "", body)
        }
    }

    /// 1 for the first call, 2 for the second …
    private static func next(_ count: borrowing Mutex<Int>) -> Int {
        count.withLock { count in
            count += 1
            return count
        }
    }

    private func bodies(_ server: LoopbackServer) throws -> [JSONValue] {
        try server.requests.map { try JSONValue(parsing: $0.body) }
    }

    @Test("Empty pages between others are read over, in a list and in its order of time")
    func emptyPages() throws {
        let server = try server { group, token, _ in
            switch (group, token) {
            case ("ses-mail-bouncer-test", ""): Self.page([Self.event("b1", 50)], next: "1")
            case ("ses-mail-bouncer-test", "1"): Self.page([], next: "2")
            case ("ses-mail-bouncer-test", "2"): Self.page([], next: "3")
            case ("ses-mail-bouncer-test", _): Self.page([Self.event("b2", 30)])
            case ("ses-mail-router-enrichment-test", ""):
                Self.page([Self.event("r1", 40), Self.event("r2", 20)])
            default: Self.page([])
            }
        }
        defer { server.stop() }
        let run = try CommandRun(["logs"], at: server.url)
        #expect(run.status == 0)
        let messages = run.output.split(separator: "\n").compactMap {
            $0.split(separator: " ").last
        }
        #expect(messages == ["b1", "r1", "b2", "r2"])
    }

    @Test(
        "A search that is cut shows what it read, says so, and ends with 1",
        arguments: [[], ["--json"]])
    func cut(more: [String]) throws {
        let server = try server { _, token, _ in
            Self.page(token.isEmpty ? [Self.event("first")] : [], next: "t")
        }
        defer { server.stop() }
        let run = try CommandRun(["logs", "bouncer"] + more, at: server.url)
        #expect(run.status == 1)
        #expect(run.output.contains("first"))
        #expect(
            run.sentence.hasPrefix(
                "ses-mail: The search was cut after 1000 pages. Nothing was read of bouncer after 2"
            ))
        #expect(server.requests.count == 1000)
    }

    @Test("Errors are searched by the service, in JSON and in text, within a range of time")
    func errors() throws {
        let server = try server { _, _, body in
            let isJSON = body["filterPattern"]?.string?.hasPrefix("{") == true
            let timeout =
                #"{"eventId": "t", "timestamp": 1, "message": "r Task timed out after 3 s"}"#
            return Self.page(
                [Self.event("trouble", 40, level: "WARN")]
                    + (isJSON ? [Self.event("found by accident")] : [timeout]))
        }
        defer { server.stop() }
        let run = try CommandRun(["logs", "bouncer", "--errors"], at: server.url)
        #expect(run.status == 0)
        // Found by both searches, it is shown once; what is no trouble is not shown.
        #expect(run.output.components(separatedBy: "trouble").count == 2)
        #expect(!run.output.contains("accident"))
        #expect(run.output.contains("FATAL  r Task timed out after 3 s\n"))
        let bodies = try bodies(server)
        #expect(
            bodies.map { $0["filterPattern"]?.string } == [
                #"{ $.level = "WARN" || $.level = "ERROR" || $.level = "FATAL" || "#
                    + #"$.logLevel = "WARN" || $.logLevel = "ERROR" || $.logLevel = "FATAL" || "#
                    + #"$.record.status = "error" || $.record.status = "failure" || "#
                    + #"$.record.status = "timeout" }"#,
                #"?"Task timed out" ?"Runtime exited" ?"Runtime.ExitError" "#
                    + #"?"Runtime.InvalidEntrypoint" ?"Fatal error:" ?"Program crashed""#,
            ])
        let now = Clock.epochSeconds() * 1000
        for body in bodies {
            let (start, end) = (body["startTime"]?.integer ?? 0, body["endTime"]?.integer ?? 0)
            #expect(start > now - 3_700_000 && start < now - 3_500_000)
            #expect(end >= now && end < now + 400_000)
        }
    }

    @Test("A page is shown before the next one is there")
    func pageByPage() throws {
        let isShown = DispatchSemaphore(value: 0)
        let server = try server { _, token, _ in
            if token.isEmpty {
                return Self.page([Self.event("one", 9), Self.event("two", 8)], next: "t")
            }
            isShown.wait()
            return Self.page([Self.event("three", 7)])
        }
        defer { server.stop() }
        let command = try following(["logs", "bouncer"], server)
        #expect(command.output(with: "one") != nil)
        isShown.signal()
        #expect(command.output(with: "three") != nil)
        #expect(try command.end().status == 0)
    }

    private func following(
        _ arguments: [String], _ server: LoopbackServer, _ environment: [String: String] = [:]
    ) throws -> RunningCommand {
        let all = ConventionTests.keys.merging(["AWS_ENDPOINT_URL": server.url]) { $1 }
        return try RunningCommand(
            arguments + ["--env", "test"], environment: all.merging(environment) { $1 })
    }

    @Test("Followed on a quiet deployment, the beginning of the search moves on")
    func quiet() throws {
        let second = DispatchSemaphore(value: 0)
        let count = Mutex(0)
        let server = try server { _, _, _ in
            if Self.next(count) == 2 { second.signal() }
            return Self.page([])
        }
        defer { server.stop() }
        let command = try following(["logs", "--follow", "bouncer", "--since", "14d"], server)
        #expect(second.isSignalled)
        command.interrupt()
        #expect(try command.end().status == 0)
        let starts = try bodies(server).compactMap { $0["startTime"]?.integer }
        let now = Clock.epochSeconds() * 1000
        #expect(starts[0] < now - 13 * 86_400_000)
        #expect(starts[1] > now - 600_000)
    }

    @Test("Followed, a source that is a minute late is shown, and so is its late line")
    func late() throws {
        let server = try server { group, _, body in
            // What is newer hides nothing: the router's line is there from the beginning.
            let isFirst = (body["startTime"]?.integer ?? 0) < (Clock.epochSeconds() - 1800) * 1000
            switch group {
            case "ses-mail-router-enrichment-test": return Self.page([Self.event("early", 1)])
            default: return Self.page(isFirst ? [] : [Self.event("late", 61)])
            }
        }
        defer { server.stop() }
        let command = try following(["logs", "--follow", "bouncer", "router-enrichment"], server)
        let text = try #require(command.output(with: "late"))
        #expect(text.contains("early"))
        command.interrupt()
        #expect(try command.end().status == 0)
    }

    @Test("Followed, it goes on after the service failed, and shows no line twice")
    func failing() throws {
        let count = Mutex(0)
        let server = try server { _, _, _ in
            switch Self.next(count) {
            // No retry within a call helps against this one.
            case 2, 3: Answer(505, [], #"{"__type": "Odd", "message": "no"}"#)
            case 1: Self.page([Self.event("one", 5)])
            default: Self.page([Self.event("one", 5), Self.event("two", 4)])
            }
        }
        defer { server.stop() }
        let command = try following(["logs", "--follow", "bouncer"], server)
        let text = try #require(command.output(with: "two"))
        command.interrupt()
        #expect(try command.end().status == 0)
        #expect(text.components(separatedBy: "one").count == 2)
    }

    @Test("Followed, credentials that end are asked for again; those that stay dead end it")
    func expired() throws {
        let folder = try ScratchFolder()
        // Each time that it is asked it knows the next key, up to the second one.
        try folder.program(
            "aws",
            """
            #!/bin/sh
            case "$*" in
            "configure export-credentials"*)
                key=AKIDFIRST
                test -e \(folder.path("asked")) && key=AKIDSECOND
                : > \(folder.path("asked"))
                printf '{"Version": 1, "AccessKeyId": "%s", "SecretAccessKey": "S"}' $key ;;
            *) echo eu-north-1 ;;
            esac
            """)
        let keys = Mutex([String: Int]())
        let server = try LoopbackServer { request in
            let key = request.header("Authorization")?.contains("AKIDFIRST") == true ? "1" : "2"
            let count = keys.withLock { keys in
                keys[key, default: 0] += 1
                return keys[key, default: 0]
            }
            guard count == 1 else {
                return Answer(400, [], #"{"__type": "x#ExpiredTokenException", "message": "no"}"#)
            }
            return Self.page([Self.event(key == "1" ? "before" : "after")])
        }
        defer { server.stop() }
        let command = try RunningCommand(
            ["logs", "--follow", "bouncer", "--env", "test", "--profile", "mine"],
            environment: [
                "AWS_ENDPOINT_URL": server.url, "PATH": "\(folder.url.path):/usr/bin:/bin",
            ])
        let text = try #require(command.output(with: "after"))
        #expect(text.contains("before"))
        // The second key ends too, and the AWS CLI has no other.
        let end = try command.end()
        #expect(end.status == 3)
        #expect(end.complaint.contains("(ExpiredTokenException)"))
    }
}
