internal import JSON

/// The cost of a month, item by item.
struct Bill {
    /// The parts that cost even without mail.
    let inventory: Inventory
    /// The amount of each item that the mail of the month used.
    let used: [CostItem: Double]

    struct Line: Equatable {
        let item: CostItem
        let amount: Double
        var cost: Cost { Cost(of: [item: amount]) }
    }

    private var amounts: [CostItem: Double] { inventory.amounts.merging(used, uniquingKeysWith: +) }

    var lines: [Line] {
        let amounts = amounts
        return CostItem.allCases.compactMap { item in
            amounts[item].flatMap { $0 > 0 ? Line(item: item, amount: $0) : nil }
        }
    }

    var sum: Cost { Cost(of: amounts) }
    var idle: Cost { Cost(of: inventory.amounts) }
    /// The cost that mail adds to the idle deployment, whose polls use the free amounts first.
    var mail: Cost { sum - idle }

    /// The cost that the first thousand messages of a month add. Custom metrics are left out: they
    /// cost by the hour in which there is mail, however much.
    var thousandMails: Cost {
        let mails = MailUsage.ofMails(1000, inventory)
        return Cost(of: inventory.amounts.merging(mails, uniquingKeysWith: +)) - idle
    }

    /// The saving of each switch that has something to switch off.
    var savings: [Saving] {
        CostSwitch.allCases.compactMap { name in
            let changed = inventory.switched(by: name)
            guard changed != inventory else { return nil }
            let traces = changed.isTracing ? used[.traces] : nil
            let rest = Bill(inventory: changed, used: used.merging([.traces: traces ?? 0]) { $1 })
            return (name, sum - rest.sum)
        }
    }
}

/// A sum in US dollars.
struct Cost: Equatable {
    /// The price where nothing else in the account uses the free amounts.
    let dollars: Double
    /// The price where something else has used them up.
    let listDollars: Double

    static func - (left: Cost, right: Cost) -> Cost {
        Cost(
            dollars: left.dollars - right.dollars,
            listDollars: left.listDollars - right.listDollars)
    }
}

extension Cost {
    init(of amounts: [CostItem: Double]) {
        func sum(isFreeCounted: Bool) -> Double {
            amounts.reduce(0) {
                $0 + $1.key.price.dollars(for: $1.value, isFreeCounted: isFreeCounted)
            }
        }
        self.init(dollars: sum(isFreeCounted: true), listDollars: sum(isFreeCounted: false))
    }

    /// The columns of a row that has a cost.
    static func columns<Row>(
        _ dollars: String, _ listDollars: String, _ cost: @escaping (Row) -> Cost
    ) -> Columns<Row> {
        [
            Column(dollars, "usd") { JSONValue.number(cost($0).dollars.thousandths) },
            Column(listDollars, "usd_without_free") {
                JSONValue.number(cost($0).listDollars.thousandths)
            },
        ]
    }
}

extension Bill.Line {
    static var columns: Columns<Bill.Line> {
        [
            Column("ITEM", "item", \.item.rawValue), Column("AMOUNT", "amount", \.amount.amount),
            .shown("PRICE", \.item.price.description),
            Column("FREE", "free", \.item.price.free.amount),
            .data("price") { JSONValue.number($0.item.price.dollars.thousandths) },
            .data("per", \.item.price.per.amount),
        ] + Cost.columns("USD", "USD WITHOUT FREE", \.cost)
    }
}

extension Bill {
    typealias Saving = (name: CostSwitch, cost: Cost)

    static var savingColumns: Columns<Saving> {
        [Column("SWITCH", "switch", \.name.rawValue)]
            + Cost.columns("SAVES USD", "WITHOUT FREE", \.cost)
    }

    /// The cells of a table: the items, then the sums.
    var rows: [[String]] {
        let sums = [
            ("idle", idle), ("by mail", mail), ("sum", sum), ("each 1,000 mails", thousandMails),
        ]
        return Line.columns.cells(lines)
            + sums.map { [$0, "", "", "", $1.dollars.thousandths, $1.listDollars.thousandths] }
    }

    var json: [JSONValue.Member] {
        let cost: Columns<Cost> = Cost.columns("", "") { $0 }
        return [
            .init(
                "prices", ["date": PriceList.date.json, "region": PriceList.region.json]),
            .init("items", Line.columns.array(lines)), .init("idle", cost.object(idle)),
            .init("mail", cost.object(mail)), .init("thousand_mails", cost.object(thousandMails)),
            .init("switches", Bill.savingColumns.array(savings)),
        ] + cost.members(sum)
    }
}

extension Double {
    /// The amount with the decimal places that it needs, without any if it is whole.
    fileprivate var amount: JSONValue {
        .number(self < 100 && self != rounded() ? thousandths : "\(Int(rounded()))")
    }

    /// The amount to the tenth of a cent, since a thousand messages cost little more.
    var thousandths: String {
        // Binary fractions lose less than a millionth in a difference of sums.
        let units = Int((self * 1000 + 1e-6).rounded())
        let rest = String(units.magnitude % 1000)
        return (units < 0 ? "-" : "") + "\(units.magnitude / 1000)."
            + String(repeating: "0", count: 3 - rest.utf8.count) + rest
    }
}
