import AWS
import JSON
import TestSupport
import Testing

@testable import ses_mail

/// What an event of a log group is read as.
struct LogLineTests {
    private func line(_ message: String, from source: LogSource = .function(.router)) -> LogLine {
        LogLine(
            CloudWatchLogs.Event(id: "1", timestamp: 1_737_194_400_007, message: message),
            from: source)
    }

    @Test("A function's line is its time, its level, its message and what is known of the mail")
    func own() {
        let line = line(
            #"{"timestamp":"x","level":"WARN","message":"m","function":"f","requestId":"r","#
                + #""messageId":"id","reason":"two words","durationMs":18.5241,"other":1}"#)
        #expect(line.kind == .line)
        #expect(line.isTrouble)
        #expect(line.isAbout("id"))
        #expect(!line.isAbout("i"))
        #expect(
            line.text(width: 8)
                == "2025-01-18T10:00:00.007Z  router-enrichment  WARN   m  messageId=id  "
                + #"reason="two words"  durationMs=18.5  requestId=r"#)
        #expect(
            line.json.text
                == #"{"timestamp":"2025-01-18T10:00:00.007Z","source":"router-enrichment","#
                + #""level":"WARN","message":"m","messageId":"id","reason":"two words","#
                + #""durationMs":18.5241,"requestId":"r"}"#)
    }

    @Test(
        "Lambda's lines and counts are noise",
        arguments: [
            "START RequestId: 1 Version: $LATEST\n", "REPORT RequestId: 1\tDuration: 2 ms", "",
            #"{"time":"t","type":"platform.start","record":{"requestId":"1"}}"#,
            #"{"time":"t","type":"platform.report","record":{"status":"success"}}"#,
            #"{"time":"t","type":"platform.runtimeDone","record":{"status":"error"}}"#,
            #"{"_aws":{"Timestamp":1},"level":"INFO","M":1}"#,
        ])
    func noise(message: String) {
        let line = line(message)
        #expect(line.kind == .noise)
        #expect(!line.isTrouble)
        #expect(line.message + (message.hasSuffix("\n") ? "\n" : "") == message)
    }

    @Test(
        "That a function died or was stopped is trouble, in whatever form it is told",
        arguments: [
            "2025-01-18T10:00:00Z r Task timed out after 30.00 seconds\n\n",
            "RequestId: r Error: Runtime exited with error: signal: killed\nRuntime.ExitError",
            "bouncer/Bouncer.swift:3: Fatal error: Index out of range",
            #"{"time":"t","type":"platform.report","record":{"requestId":"r","status":"timeout"}}"#,
            #"{"time":"t","type":"platform.report","record":{"requestId":"r","status":"error"}}"#,
            #"{"time":"t","type":"platform.report","record":{"requestId":"r","status":"failure"}}"#,
        ])
    func crash(message: String) {
        #expect(line(message).kind == .crash)
        #expect(line(message).isTrouble)
    }

    @Test("A line of the bus says of which mail it is, bare or in another line")
    func bus() {
        let bare = #"{"id":"e","time":"t","messageId":"m1","actions":"{store:{count:0}}"}"#
        let wrapped = JSONValue.object([
            .init("timestamp", "t"), .init("message", .string(bare)),
        ]).text
        for message in [bare, wrapped] {
            let line = line(message, from: .bus)
            #expect(line.isAbout("m1"))
            #expect(line.message == "decision")
            #expect(line.fields.map(\.name) == ["messageId", "actions"])
        }
    }

    @Test("A line of the pipe has its type as message, and its error")
    func pipe() {
        let line = line(
            #"{"executionId":"x","messageType":"ExecutionFailed","logLevel":"ERROR","#
                + #""error":{"httpStatusCode":429}}"#, from: .pipe)
        #expect(line.message == "ExecutionFailed")
        #expect(line.isTrouble)
        #expect(line.text(width: 4).hasSuffix(#"executionId=x  error={"httpStatusCode":429}"#))
    }

    @Test("What others wrote stays on its line and commands no terminal")
    func hostile() {
        let line = line(#"{"level":"INFO","message":"a\u001b[31m\nb","reason":"\u009b1m"}"#)
        #expect(line.text(width: 1).hasSuffix("INFO   a?[31m b  reason=?1m"))
    }
}
