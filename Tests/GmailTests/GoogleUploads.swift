import Synchronization
import TestSupport

/// Google's resumable sessions on a real socket.
struct GoogleUploads {
    /// What becomes of one PUT.
    enum Put {
        case finished
        /// 308, so many bytes taken.
        case taken(Int)
        case status(Int)
        case answer(Int, [String])
        /// The connection is closed without an answer.
        case broken
    }

    let server: LoopbackServer

    /// - Parameters:
    ///   - session: the answer to the announcement instead of a session.
    ///   - puts: what becomes of each PUT; the last counts for all that follow.
    init(session: Answer? = nil, puts: [Put] = [.finished]) throws {
        let state = Mutex((sessions: 0, puts: puts[...]))
        server = try LoopbackServer { connection in
            while let request = connection.readRequest() {
                if request.method == "POST" {
                    let number = state.withLock { state in
                        state.sessions += 1
                        return state.sessions
                    }
                    let host = request.header("Host") ?? ""
                    let location = "http://\(host)/session/\(number)?upload_id=a%2Fb"
                    connection.send(session ?? Answer(200, ["Location: \(location)"]))
                    continue
                }
                let put = state.withLock { state in
                    state.puts.count > 1 ? state.puts.removeFirst() : state.puts.first
                }
                switch put ?? .finished {
                case .finished: connection.send(Answer(200, [], #"{"id":"big"}"#))
                case .taken(0): connection.send(Answer(308))
                case .taken(let count):
                    connection.send(Answer(308, ["Range: bytes=0-\(count - 1)"]))
                case .status(let status): connection.send(Answer(status))
                case .answer(let status, let fields): connection.send(Answer(status, fields))
                case .broken: return
                }
            }
        }
    }

    /// `Content-Range` of each PUT.
    var ranges: [String?] {
        server.requests.filter { $0.method == "PUT" }.map { $0.header("Content-Range") }
    }
}
