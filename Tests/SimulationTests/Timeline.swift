/// What will happen, in the order of its time.
struct Timeline {
    struct Event {
        let time: Double
        let number: Int
        /// Whether it may happen earlier, while something else is under way.
        let isMovable: Bool
        let run: () -> Void
    }

    /// The last one is the next.
    private var events: [Event] = []
    private var count = 0

    var isEmpty: Bool { events.isEmpty }

    /// The time of the next event.
    var nextTime: Double? { events.last?.time }

    mutating func add(at time: Double, isMovable: Bool = false, _ run: @escaping () -> Void) {
        count += 1
        let event = Event(time: time, number: count, isMovable: isMovable, run: run)
        // Of two events at the same time the one that was added first comes first.
        let index = events.lastIndex { $0.time > time }.map { $0 + 1 } ?? 0
        events.insert(event, at: index)
    }

    mutating func takeNext() -> Event? { events.popLast() }

    /// Takes the earliest event that may happen now.
    mutating func takeMovable() -> Event? {
        events.lastIndex(where: \.isMovable).map { events.remove(at: $0) }
    }
}
