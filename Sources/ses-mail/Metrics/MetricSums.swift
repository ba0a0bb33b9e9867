internal import JSON

/// The counts by metric and period.
struct MetricSums {
    let names: [CountedMetric]
    let points: [String: [CloudWatch.Point]]

    func total(_ name: CountedMetric) -> Double {
        (points[name.rawValue] ?? []).reduce(0) { $0 + $1.sum }
    }

    func showTotals(_ output: Output) {
        if output.isJSON {
            return output.json(
                .array(
                    names.map {
                        ["name": .string($0.rawValue), "sum": .number(total($0).digits)]
                    }))
        }
        output.table(
            [["METRIC", "SUM"]] + names.map { [$0.rawValue, total($0).digits] },
            moods: [.quiet]
                + names.map { name in
                    total(name) == 0 ? .quiet : name.isTrouble ? .bad : nil
                })
    }

    func showPeriods(_ output: Output) {
        let times = Set(points.values.joined().map(\.time)).sorted()
        func sum(_ name: CountedMetric, _ time: Int) -> Double? {
            (points[name.rawValue] ?? []).first { $0.time == time }?.sum
        }
        if output.isJSON {
            return output.json(
                .array(
                    times.map { time in
                        let sums = names.compactMap { name in
                            sum(name, time).map {
                                JSONValue.Member(name.rawValue, .number($0.digits))
                            }
                        }
                        return .object([.init("time", .string(Clock.text(time)))] + sums)
                    }))
        }
        guard !times.isEmpty else { return output.line("Nothing was counted in this time.") }
        output.table(
            [["TIME"] + names.map(\.rawValue)]
                + times.map { time in
                    [Clock.text(time)] + names.map { sum($0, time)?.digits ?? "" }
                }, moods: [.quiet])
    }
}

extension Double {
    /// A whole number without a point.
    fileprivate var digits: String {
        Int(exactly: self).map { "\($0)" } ?? (isFinite ? "\(self)" : "0")
    }
}
