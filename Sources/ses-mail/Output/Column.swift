internal import JSON

/// One column of a list: its heading in a table, its name in JSON and TSV, and its value in a row.
/// A command lists its columns once, and every format follows from them.
struct Column<Row> {
    /// Empty if the table has no headings; nil if the table leaves the column out.
    let heading: String?
    /// nil if JSON and TSV leave the column out.
    let name: String?
    let value: (Row) -> JSONValue
    /// The cell in a table.
    let text: (Row) -> String

    init<Value: JSONRepresentable>(
        _ heading: String, _ name: String, _ value: @escaping (Row) -> Value
    ) {
        self.init(heading, name, value) { value($0).json.cell }
    }

    /// A column that a table shows in other words.
    init<Value: JSONRepresentable>(
        _ heading: String, _ name: String, _ value: @escaping (Row) -> Value,
        text: @escaping (Row) -> String
    ) {
        self.heading = heading
        self.name = name
        self.value = { value($0).json }
        self.text = text
    }

    private init(heading: String?, name: String?, _ value: @escaping (Row) -> JSONValue) {
        self.heading = heading
        self.name = name
        self.value = value
        text = { value($0).cell }
    }

    /// A column of tables only.
    static func shown(_ heading: String = "", _ text: @escaping (Row) -> String) -> Column {
        Column(heading: heading, name: nil) { .string(text($0)) }
    }

    /// A column of JSON and TSV only.
    static func data<Value: JSONRepresentable>(
        _ name: String, _ value: @escaping (Row) -> Value
    ) -> Column {
        Column(heading: nil, name: name) { value($0).json }
    }
}

/// The columns of a list.
typealias Columns<Row> = [Column<Row>]

extension Array {
    /// A row as a JSON object.
    func object<Row>(_ row: Row) -> JSONValue where Element == Column<Row> {
        .object(members(row))
    }

    func members<Row>(_ row: Row) -> [JSONValue.Member] where Element == Column<Row> {
        compactMap { column in column.name.map { JSONValue.Member($0, column.value(row)) } }
    }

    /// All rows as a JSON array.
    func array<Row>(_ rows: [Row]) -> JSONValue where Element == Column<Row> {
        .array(rows.map { object($0) })
    }
}

extension Array {
    /// The first line of tab-separated values.
    func tsvHeading<Row>() -> String where Element == Column<Row> {
        compactMap(\.name).joined(separator: "\t")
    }

    func tsvLine<Row>(_ row: Row) -> String where Element == Column<Row> {
        filter { $0.name != nil }.map { $0.value(row).cell.tabFree }.joined(separator: "\t")
    }
}

extension Array {
    /// The cells of a table: the headings where a column has one, then the rows.
    func cells<Row>(_ rows: [Row]) -> [[String]] where Element == Column<Row> {
        let shown = filter { $0.heading != nil }
        let headings = shown.compactMap(\.heading)
        return (headings.allSatisfy(\.isEmpty) ? [] : [headings])
            + rows.map { row in shown.map { $0.text(row) } }
    }
}

extension Output {
    /// A list in the format that was asked for.
    /// - Parameters:
    ///   - severity: of a row, which a table shows as its colour.
    ///   - details: the lines below a row of a table.
    func list<Row>(
        _ rows: [Row], _ columns: Columns<Row>, severity: (Row) -> Severity? = { _ in nil },
        details: (Row) -> [String] = { _ in [] }
    ) {
        switch format {
        case .text: table(rows, columns, severity: severity, details: details)
        case .json: json(columns.array(rows))
        case .tsv:
            line(columns.tsvHeading())
            for row in rows { line(columns.tsvLine(row)) }
        }
    }

    /// A list as a table, with headings where a column has one.
    func table<Row>(
        _ rows: [Row], _ columns: Columns<Row>, severity: (Row) -> Severity? = { _ in nil },
        details: (Row) -> [String] = { _ in [] }
    ) {
        let cells = columns.cells(rows)
        let isHeaded = cells.count > rows.count
        table(
            cells, severities: (isHeaded ? [.note] : []) + rows.map(severity),
            details: (isHeaded ? [[]] : []) + rows.map(details))
    }

    /// One row: a JSON object, or a line for each of its columns that has a value.
    func record<Row>(_ row: Row, _ columns: Columns<Row>) {
        let members = columns.members(row)
        if isJSON { return json(.object(members)) }
        table(members.filter { $0.value != .null }.map { [$0.name, $0.value.cell] })
    }

    /// Rows of cells, each column as wide as it must be, the last as it is.
    /// - Parameters:
    ///   - details: the lines below each row.
    ///   - widths: the least width of each column.
    func table(
        _ rows: [[String]], severities: [Severity?] = [], details: [[String]] = [],
        widths least: [Int] = []
    ) {
        let rows = rows.map { $0.map(\.printable) }
        let count = rows.map(\.count).max() ?? 0
        let widths = (0..<count).map { column in
            rows.map { column < $0.count ? $0[column].cells : 0 }
                .reduce(column < least.count ? least[column] : 0, max)
        }
        for (index, row) in rows.enumerated() {
            var text = ""
            for (column, cell) in row.enumerated() {
                text += cell
                let isLast = row[(column + 1)...].allSatisfy(\.isEmpty)
                if isLast { break }
                text += String(repeating: " ", count: widths[column] - cell.cells + 2)
            }
            line(paint(text, index < severities.count ? severities[index] : nil))
            for detail in index < details.count ? details[index] : [] {
                line("      \(detail.printable)")
            }
        }
    }
}

extension String {
    /// The form of a value in a line of tab-separated values. Tabs and line ends become escapes.
    fileprivate var tabFree: String {
        reduce(into: "") { text, character in
            switch character {
            case "\\": text += "\\\\"
            case "\t": text += "\\t"
            case "\n", "\r\n": text += "\\n"
            case "\r": text += "\\r"
            default: text += String(character).printable
            }
        }
    }
}
