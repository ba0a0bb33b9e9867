internal import JSON

/// The cost of a month, item by item.
struct Bill {
    /// How much of each item there is; none of an item that is missing.
    let amounts: [CostItem: Double]

    struct Line: Equatable {
        let item: CostItem
        let amount: Double
        /// What is to be paid where nothing else in the account uses the free amounts.
        var dollars: Double { item.price.dollars(for: amount, isFreeCounted: true) }
        /// What is to be paid where something else has used them up.
        var listDollars: Double { item.price.dollars(for: amount, isFreeCounted: false) }
    }

    var lines: [Line] {
        CostItem.allCases.compactMap { item in
            amounts[item].flatMap { $0 > 0 ? Line(item: item, amount: $0) : nil }
        }
    }

    var dollars: Double { lines.reduce(0) { $0 + $1.dollars } }
    var listDollars: Double { lines.reduce(0) { $0 + $1.listDollars } }

    var rows: [[String]] {
        [["ITEM", "AMOUNT", "FREE", "USD", "USD WITHOUT FREE"]]
            + lines.map {
                [
                    $0.item.rawValue, $0.amount.amount, $0.item.price.free.amount,
                    $0.dollars.cents, $0.listDollars.cents,
                ]
            } + [["sum", "", "", dollars.cents, listDollars.cents]]
    }

    var json: [JSONValue.Member] {
        [
            .init(
                "prices", ["date": .string(PriceList.date), "region": .string(PriceList.region)]),
            .init(
                "items",
                .array(
                    lines.map {
                        [
                            "item": .string($0.item.rawValue), "amount": .number($0.amount.amount),
                            "free": .number($0.item.price.free.amount),
                            "usd": .number($0.dollars.cents),
                            "usdWithoutFree": .number($0.listDollars.cents),
                        ]
                    })),
            .init("usd", .number(dollars.cents)),
            .init("usdWithoutFree", .number(listDollars.cents)),
        ]
    }
}

extension Double {
    /// With as many places as a small amount needs, and none where it is whole.
    fileprivate var amount: String { self < 100 && self != rounded() ? fixed(3) : fixed(0) }

    /// To the tenth of a cent: a thousand mails cost no more.
    fileprivate var cents: String { fixed(3) }

    private func fixed(_ places: Int) -> String {
        let scale = places == 0 ? 1 : 1000.0
        let units = Int((self * scale).rounded())
        guard places > 0 else { return "\(units)" }
        let rest = String(units % 1000)
        return "\(units / 1000)." + String(repeating: "0", count: 3 - rest.utf8.count) + rest
    }
}
