internal import AWS
internal import HTTP

#if canImport(Glibc)
    internal import Glibc
#endif

/// Which lines are new? Several groups merged, each event once.
struct LogTail {
    /// Lines of this mail alone are asked for.
    var messageID: String?

    private let sources: [LogSource]
    private let logs: CloudWatchLogs
    private let deployment: Deployment
    private let isWanted: (LogLine) -> Bool
    private var sinceMilliseconds: Int
    /// When the events were, by which events are known again.
    private var seen: [String: Int] = [:]

    /// Events show late, and not in their order: so far back is looked again.
    private static let overlapMilliseconds = 30_000
    private static let pauseSeconds = 2.0
    /// So often nobody answers before it is given up: several minutes.
    private static let failuresInARow = 20

    init(
        _ sources: [LogSource], sinceMilliseconds: Int, _ deployment: Deployment,
        isWanted: @escaping (LogLine) -> Bool
    ) {
        self.sources = sources
        self.sinceMilliseconds = sinceMilliseconds
        self.deployment = deployment
        self.isWanted = isWanted
        logs = CloudWatchLogs(deployment.session)
    }

    /// What has come since the last call, in the order of time.
    mutating func next() throws -> [LogLine] {
        var lines: [LogLine] = []
        var newest = 0
        for source in sources {
            let group = source.group(in: deployment)
            let found = try logs.events(
                in: group, mentioning: messageID, sinceMilliseconds: sinceMilliseconds)
            guard let found else { throw Failure(missing: "log group \(group)", in: deployment) }
            for event in found {
                newest = max(newest, event.timestamp)
                if seen.updateValue(event.timestamp, forKey: "\(source.name) \(event.id)") == nil {
                    lines.append(LogLine(event, from: source))
                }
            }
        }
        sinceMilliseconds = max(sinceMilliseconds, newest - LogTail.overlapMilliseconds)
        seen = seen.filter { $0.value >= sinceMilliseconds }
        // A stable order: what is of one moment stays as the sources were named.
        return lines.filter(isWanted).enumerated()
            .sorted { ($0.element.timestamp, $0.offset) < ($1.element.timestamp, $1.offset) }
            .map(\.element)
    }

    /// Looks again and again, until Ctrl-C, or until nobody reads any more.
    mutating func follow(_ pacing: Pacing, _ show: ([LogLine]) -> Void) throws {
        LogTail.endOnSignals()
        var failures = 0
        while true {
            do {
                show(try next())
                failures = 0
            } catch AWSError.unanswered(let reason) where failures < LogTail.failuresInARow {
                failures += 1
                Output.progress("\(reason); going on …")
            }
            if LogTail.isOutputClosed { return }
            pacing.sleep(LogTail.pauseSeconds)
            if LogTail.isOutputClosed { return }
        }
    }

    /// Lines are written whole and at once, so there is nothing to bring to an end.
    private static func endOnSignals() {
        var names = sigset_t()
        sigemptyset(&names)
        for name in [SIGINT, SIGTERM] {
            signal(name) { _ in _exit(0) }
            sigaddset(&names, name)
        }
        // Whoever started us may have blocked them, and we would inherit that.
        pthread_sigmask(SIG_UNBLOCK, &names, nil)
    }

    /// Whether the reader of a pipe has gone.
    private static var isOutputClosed: Bool {
        var output = pollfd(fd: 1, events: 0, revents: 0)
        return poll(&output, 1, 0) > 0 && output.revents & Int16(POLLERR) != 0
    }
}
