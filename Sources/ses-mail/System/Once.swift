/// A value that is read at the first use and kept; an error is kept too.
final class Once<Value> {
    private let read: () throws -> Value
    private var outcome: Result<Value, any Error>?

    init(_ read: @escaping () throws -> Value) {
        self.read = read
    }

    func value() throws -> Value {
        let outcome = outcome ?? Result { try read() }
        self.outcome = outcome
        return try outcome.get()
    }
}
