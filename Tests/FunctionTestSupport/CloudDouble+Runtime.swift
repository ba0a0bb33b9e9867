internal import Foundation
internal import JSON
internal import TestSupport

extension CloudDouble.Content {
    mutating func answer(
        _ request: ReceivedRequest, _ table: TableDouble
    ) -> CloudDouble.Outcome {
        let path = request.target.split(separator: "?", omittingEmptySubsequences: false)[0]
        if path.hasPrefix("/2018-06-01/runtime/") {
            return .answer(
                runtime(request, String(path.dropFirst("/2018-06-01/runtime/".count))))
        }
        if request.method == "GET" && path == "/" { return greeting() }
        guard let answer = service(request, String(path), table) else { return .silence }
        switch calls.last.flatMap({ lostAnswers.removeValue(forKey: $0) }) {
        case nil: return .answer(answer)
        case .internalError?: return .answer(Answer(500))
        case .closedConnection?: return .closedConnection
        case .silence?: return .silence
        }
    }

    /// A function that opens its connections early; what it is answered does not matter to it.
    private mutating func greeting() -> CloudDouble.Outcome {
        greetings += 1
        return hanging.contains("greeting") ? .silence : .answer(Answer(200, [], "healthy"))
    }

    /// Lambda's Runtime API, which is over (410) when there are no more events.
    private mutating func runtime(_ request: ReceivedRequest, _ path: String) -> Answer {
        let step = path.split(separator: "/").last.map(String.init) ?? ""
        calls.append(path == "init/error" ? path : step)
        guard step != "next" else { return nextEvent() }
        replies.append(
            CloudDouble.Reply(
                kind: calls.last ?? "",
                body: (try? JSONValue(parsing: request.body)) ?? .null,
                errorType: request.header("Lambda-Runtime-Function-Error-Type"),
                secondsBeforeDeadline: deadline - Date().timeIntervalSince1970))
        return Answer(202, [], #"{"status":"OK"}"#)
    }

    private mutating func nextEvent() -> Answer {
        peakKiB = processID.map(CloudDouble.peakKiB) ?? 0
        guard !events.isEmpty else { return Answer(410) }
        let event = events.removeFirst()
        eventCount += 1
        deadline = Date().timeIntervalSince1970 + event.deadlineSeconds
        return Answer(
            200,
            [
                "Lambda-Runtime-Aws-Request-Id: request-\(eventCount)",
                "Lambda-Runtime-Deadline-Ms: \(Int(deadline * 1000))",
            ], event.body)
    }
}

extension CloudDouble {
    /// The most memory that the process has had resident (proc(5)).
    static func peakKiB(_ processID: Int32) -> Int {
        let status = try? String(contentsOfFile: "/proc/\(processID)/status", encoding: .utf8)
        let line = (status ?? "").split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        return line.flatMap { Int($0.filter(\.isNumber)) } ?? 0
    }
}
