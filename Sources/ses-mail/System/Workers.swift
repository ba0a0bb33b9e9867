internal import Process
internal import Synchronization

/// Threads that work on a list side by side. They are for calls that mostly wait for an answer.
enum Workers {
    /// The results of all elements in the list's order, a chunk at a time, so that no more than a
    /// chunk is held at once.
    /// - Parameters:
    ///   - workers: each is called by one thread at a time.
    ///   - take: receives the results of a chunk, and answers whether to go on.
    static func run<Input, Output: Sendable>(
        over list: [Input], chunk: Int, by workers: [(Input) -> Output],
        take: ([Output]) throws -> Bool
    ) rethrows {
        var start = 0
        // The first results are to be seen early.
        var length = min(chunk, 2 * workers.count)
        while start < list.count {
            let work = Work<Input, Output>(list[start..<min(start + length, list.count)])
            Threads.run(workers.map { worker in { work.perform(by: worker) } })
            guard try take(work.results) else { return }
            start += length
            length = chunk
        }
    }

    /// The elements of a chunk, and what became of them.
    private final class Work<Input, Output: Sendable> {
        private let inputs: ArraySlice<Input>
        private let next: Mutex<Int>
        private let outputs: Mutex<[Int: Output]>

        init(_ inputs: ArraySlice<Input>) {
            self.inputs = inputs
            next = Mutex(inputs.startIndex)
            outputs = Mutex([:])
        }

        func perform(by worker: (Input) -> Output) {
            while true {
                let index = next.withLock { next in
                    defer { next += 1 }
                    return next
                }
                guard index < inputs.endIndex else { return }
                let output = worker(inputs[index])
                outputs.withLock { $0[index] = output }
            }
        }

        var results: [Output] {
            outputs.withLock { outputs in inputs.indices.compactMap { outputs[$0] } }
        }
    }
}
