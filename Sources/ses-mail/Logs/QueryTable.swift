internal import JSON

/// The answer of a query. A row lacks the fields that it has no value for.
struct QueryTable: Equatable {
    let columns: [String]
    let rows: [[CloudWatchLogs.Field]]

    init(_ rows: [[CloudWatchLogs.Field]]) {
        // A pointer to the event, for other calls.
        self.rows = rows.map { $0.filter { $0.name != "@ptr" } }
        var columns: [String] = []
        for row in self.rows {
            var place = 0
            for field in row {
                if let known = columns.firstIndex(of: field.name) {
                    place = known + 1
                } else {
                    // Behind the one that it comes after here.
                    columns.insert(field.name, at: place)
                    place += 1
                }
            }
        }
        self.columns = columns
    }

    var cells: [[String]] {
        [columns]
            + rows.map { row in
                columns.map { column in row.first { $0.name == column }?.value ?? "" }
            }
    }

    var json: JSONValue {
        .array(rows.map { .object($0.map { .init($0.name, .string($0.value)) }) })
    }
}
