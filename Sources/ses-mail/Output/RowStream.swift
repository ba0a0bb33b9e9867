internal import JSON

/// A list that is printed while its rows are found, in the format that was asked for.
struct RowStream<Row> {
    private let output: Output
    private let columns: Columns<Row>
    /// What a table needs so far; a column that has to be wider later moves those behind it.
    private var widths: [Int]
    private(set) var count = 0

    init(_ output: Output, _ columns: Columns<Row>) {
        self.output = output
        self.columns = columns
        widths = columns.compactMap(\.heading).map(\.cells)
    }

    mutating func print(_ rows: [Row]) {
        guard !rows.isEmpty else { return }
        if count == 0 { begin() }
        switch output.format {
        case .text: printTable(rows)
        case .tsv: for row in rows { output.line(columns.tsvLine(row)) }
        case .json:
            for (index, row) in rows.enumerated() {
                output.json(columns.object(row), after: count + index == 0 ? "" : ",")
            }
        }
        count += rows.count
    }

    /// What stands before the first row. A command that fails before has printed nothing.
    private func begin() {
        if output.format == .tsv { output.line(columns.tsvHeading()) }
        if output.format == .json { output.line("[") }
    }

    /// Ends the list, which may have no row.
    func end() {
        if count == 0 { begin() }
        if output.format == .json { output.line("]") }
    }

    private mutating func printTable(_ rows: [Row]) {
        let cells = columns.cells(rows)
        let isHeaded = cells.count > rows.count
        for row in cells {
            for (column, cell) in row.enumerated() {
                widths[column] = max(widths[column], cell.printable.cells)
            }
        }
        let shown = isHeaded && count > 0 ? Array(cells.dropFirst()) : cells
        output.table(
            shown, severities: isHeaded && count == 0 ? [.note] : [], widths: widths)
    }
}
