internal import JSON

/// The cost of a month, item by item.
struct Bill {
    /// What the deployment has, whether mail comes or not.
    let inventory: Inventory
    /// How much of each item the mail of the month used; none of an item that is missing.
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
    /// What mail adds to the idle deployment, so that its polls have taken of the free amounts.
    var mail: Cost { sum - idle }

    /// What the first thousand mails of a month add, beside the custom metrics: those cost by the
    /// hour with mail, however much of it.
    var thousandMails: Cost {
        let mails = MailUsage.ofMails(1000, inventory)
        return Cost(of: inventory.amounts.merging(mails, uniquingKeysWith: +)) - idle
    }

    /// What each switch saves that has something to switch off.
    var savings: [(name: CostSwitch, cost: Cost)] {
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
    /// What is to be paid where nothing else in the account uses the free amounts.
    let dollars: Double
    /// What is to be paid where something else has used them up.
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

    fileprivate var cells: [String] { [dollars.thousandths, listDollars.thousandths] }

    fileprivate var members: [JSONValue.Member] {
        [
            .init("usd", .number(dollars.thousandths)),
            .init("usdWithoutFree", .number(listDollars.thousandths)),
        ]
    }
}

extension Bill {
    var rows: [[String]] {
        let items = lines.map { line in
            let price = line.item.price
            return [
                line.item.rawValue, line.amount.amount, price.description, price.free.amount,
            ] + line.cost.cells
        }
        let sums = [
            ("idle", idle), ("by mail", mail), ("sum", sum), ("each 1,000 mails", thousandMails),
        ].map { [$0, "", "", ""] + $1.cells }
        return [["ITEM", "AMOUNT", "PRICE", "FREE", "USD", "USD WITHOUT FREE"]] + items + sums
    }

    var savingRows: [[String]] {
        [["SWITCH", "SAVES USD", "WITHOUT FREE"]]
            + savings.map { name, cost in [name.rawValue] + cost.cells }
    }

    var json: [JSONValue.Member] {
        let prices: JSONValue = [
            "date": .string(PriceList.date), "region": .string(PriceList.region),
        ]
        let items = lines.map { line in
            JSONValue.object(
                [
                    .init("item", .string(line.item.rawValue)),
                    .init("amount", .number(line.amount.amount)),
                    .init("free", .number(line.item.price.free.amount)),
                    .init("price", .number(line.item.price.dollars.thousandths)),
                    .init("per", .number(line.item.price.per.amount)),
                ] + line.cost.members)
        }
        let switches = savings.map { name, cost in
            JSONValue.object([.init("switch", .string(name.rawValue))] + cost.members)
        }
        return [
            .init("prices", prices), .init("items", .array(items)),
            .init("idle", .object(idle.members)), .init("mail", .object(mail.members)),
            .init("thousandMails", .object(thousandMails.members)),
            .init("switches", .array(switches)),
        ] + sum.members
    }
}

extension Double {
    /// With as many places as a small amount needs, and none where it is whole.
    fileprivate var amount: String {
        self < 100 && self != rounded() ? thousandths : "\(Int(rounded()))"
    }

    /// To the tenth of a cent: a thousand mails cost no more.
    var thousandths: String {
        // What binary fractions lose in a difference of sums is less than a millionth.
        let units = Int((self * 1000 + 1e-6).rounded())
        let rest = String(units.magnitude % 1000)
        return (units < 0 ? "-" : "") + "\(units.magnitude / 1000)."
            + String(repeating: "0", count: 3 - rest.utf8.count) + rest
    }
}
