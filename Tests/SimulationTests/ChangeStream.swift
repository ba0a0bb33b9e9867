import FunctionTestSupport
import JSON
import TestSupport

/// The table's stream of credential rows, one shard, and the mapping that reads it.
struct ChangeStream {
    struct Record {
        let number: Int
        let time: Double
        let json: JSONValue
    }

    var records: [Record] = []
    /// The first record that has not been taken.
    var position = 0
    var isBusy = false
    var isScheduled = false
    /// The records in the next batch, which is halved after a failure.
    var batchSize = 10
    var attempts = 0
}

extension World {
    /// Writes a change of a credential's row into the stream.
    func followChange(of key: TableRows.Key, from old: TableRows.Row?) {
        guard key.pk == "SMTP_USER" else { return }
        let number = stream.records.count
        var change: [JSONValue.Member] = [
            .init("ApproximateCreationDateTime", .integer(Int(now))),
            .init("Keys", ["PK": ["S": .string(key.pk)], "SK": ["S": .string(key.sk)]]),
            .init("SequenceNumber", .string(String(1000 + number))),
        ]
        if let old {
            change.append(.init("OldImage", .object(old.map { .init($0.key, $0.value) })))
        }
        if let new = table[key.pk, key.sk] {
            if let id = new["access_key_id"]?["S"]?.string { identities.namedKeys.insert(id) }
            change.append(.init("NewImage", .object(new.map { .init($0.key, $0.value) })))
        }
        stream.records.append(
            .init(
                number: number, time: now,
                json: [
                    "eventID": .string("event-\(number)"), "eventSource": "aws:dynamodb",
                    "dynamodb": .object(change),
                ]))
        note("stream: \(key.sk) changes")
        scheduleTimer(key)
        poll(after: 0.2)
    }

    /// DynamoDB deletes a row some time after it has expired.
    private func scheduleTimer(_ key: TableRows.Key) {
        guard let end = table[key.pk, key.sk]?["expires_at"]?["N"]?.string.flatMap({ Double($0) })
        else { return }
        let lag = 3600 * chance.share(.delay, UInt64(stream.records.count), 7)
        schedule(after: max(0, end - now) + lag) { [unowned self] in
            guard let row = table[key.pk, key.sk],
                row["expires_at"]?["N"]?.string.flatMap({ Double($0) }) == end
            else { return }
            edit(key.pk, key.sk, nil)
        }
    }

    private func poll(after seconds: Double) {
        guard !stream.isScheduled else { return }
        stream.isScheduled = true
        schedule(after: seconds, isMovable: true) { [unowned self] in
            stream.isScheduled = false
            readStream()
        }
    }

    private func readStream() {
        guard !stream.isBusy, stream.position < stream.records.count else { return }
        stream.isBusy = true
        let start = stream.position
        let end = min(start + stream.batchSize, stream.records.count)
        stream.attempts += 1
        let key = UInt64(start) << 32 | UInt64(stream.attempts) << 8 | 1 << 63
        let failed = takeBatch(start..<end, key: key)
        stream.isBusy = false
        if let failed {
            stream.position = max(start, failed)
            stream.batchSize = max(1, (end - start) / 2)
            poll(after: min(60, Double(1 << min(6, stream.attempts))))
        } else {
            let isAgain = chance.happens(
                .duplicate, key, probability: plan.duplicateRate,
                "records from \(start) of the stream are delivered again")
            if isAgain {
                schedule(after: 5 + 200 * chance.share(.delay, key), isMovable: true) {
                    [unowned self] in
                    _ = takeBatch(start..<end, key: key &+ 1)
                }
            }
            stream.position = end
            stream.batchSize = 10
            stream.attempts = 0
            poll(after: 0.2)
        }
    }

    /// Hands a batch to the manager.
    /// - Returns: the first record that is to be delivered again; nil if none is.
    private func takeBatch(_ range: Range<Int>, key: UInt64) -> Int? {
        let event: JSONValue = ["Records": .array(stream.records[range].map(\.json))]
        let run = invoke(.manager, key: key, event.bytes)
        guard let answer = run.answer.flatMap({ try? JSONValue(parsing: $0) }),
            let failures = answer["batchItemFailures"]?.array
        else {
            invariants.check(streamFailure: run)
            return range.lowerBound
        }
        guard let first = failures.first?["itemIdentifier"]?.string.flatMap({ Int($0) }) else {
            return nil
        }
        invariants.check(streamFailure: run)
        return first - 1000
    }
}
