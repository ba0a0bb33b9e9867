internal import AWS
internal import JSON

/// The events that several searches find, merged in the order of time. Pages are read only as far
/// as events are asked for.
struct LogMerge {
    /// A search that has more pages than are read.
    struct Cut: Equatable {
        let source: LogSource
        /// Epoch milliseconds of the newest event that was read; nil if none was.
        let newest: Int?
    }

    /// A log group that does not exist.
    struct Missing: Error, Equatable {
        let group: String
    }

    private struct Reader {
        let source: LogSource
        let group: String
        var pages: Pages<[CloudWatchLogs.Event], JSONValue>
        var pageCount = 0
        var events: ArraySlice<CloudWatchLogs.Event> = []
        var newest: Int?
        var isAtEnd = false
    }

    private var readers: [Reader]
    private(set) var cuts: [Cut] = []

    init(_ searches: [(source: LogSource, search: CloudWatchLogs.Search)], _ logs: CloudWatchLogs) {
        readers = searches.map { source, search in
            Reader(source: source, group: search.group, pages: logs.pages(of: search))
        }
    }

    /// The oldest event that was not returned yet; events of one moment in the order of the
    /// searches.
    mutating func next() throws -> (source: LogSource, event: CloudWatchLogs.Event)? {
        var oldest: (index: Int, timestamp: Int)?
        for index in readers.indices {
            try fill(index)
            guard let first = readers[index].events.first else { continue }
            if first.timestamp < oldest?.timestamp ?? .max { oldest = (index, first.timestamp) }
        }
        guard let index = oldest?.index, let event = readers[index].events.popFirst() else {
            return nil
        }
        return (readers[index].source, event)
    }

    /// Reads pages until there is an event, or no further page.
    private mutating func fill(_ index: Int) throws {
        var reader = readers[index]
        while reader.events.isEmpty && !reader.isAtEnd {
            do throws(AWSError) {
                guard let page = try reader.pages.next() else {
                    reader.isAtEnd = true
                    break
                }
                reader.events = page.sorted { $0.timestamp < $1.timestamp }[...]
                reader.newest = page.map(\.timestamp).max() ?? reader.newest
            } catch {
                switch error {
                case .cut: cuts.append(Cut(source: reader.source, newest: reader.newest))
                case _ where error.code == "ResourceNotFoundException":
                    throw Missing(group: reader.group)
                default: throw error
                }
                reader.isAtEnd = true
            }
            reader.pageCount += 1
            if reader.pageCount.isMultiple(of: 10) {
                Output.progress(
                    "reading the log of \(reader.source.name): \(reader.pageCount) pages …")
            }
        }
        readers[index] = reader
    }
}

extension Failure {
    /// Searches that were cut and lack their newest events; nil if there is none.
    init?(_ cuts: [LogMerge.Cut]) {
        guard !cuts.isEmpty else { return nil }
        let ends = cuts.map { cut in
            "\(cut.source.name) "
                + (cut.newest.map { "after \(Clock.text($0 / 1000))" } ?? "at all")
        }.uniqued
        self.init(
            .failed,
            "The search was cut after \(PageLimit.count) pages. Nothing was read of "
                + "\(ends.joined(separator: ", of ")). Try a shorter --since, or --mail.")
    }
}
