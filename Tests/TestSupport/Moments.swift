package import Foundation

/// The moments at which a test can have made something happen: from its start until now, by the
/// clock of the machine or of a world.
///
/// A text with such a moment in it is different each time, and yet must hold this moment and no
/// other: not that of another time zone, year or unit.
package struct Moments {
    private let start: Date
    private let now: () -> Date

    package init(since start: Date, until now: @autoclosure @escaping () -> Date = Date()) {
        self.start = start
        self.now = now
    }

    /// The text with 10 o'clock on 2025-01-18 for each of these moments, and with as many days
    /// added for one that is whole days later. Every other moment stays, so that a comparison with
    /// an accepted text shows it. No text becomes longer or shorter.
    package func masked(_ text: String) -> String {
        let now = now()
        let form = Date.ISO8601FormatStyle()
        return text.replacing(/(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?Z/) { match in
            guard let moment = try? form.parse("\(match.output.1)Z"),
                let days = wholeDays(until: moment, from: now),
                let shown = try? form.parse("2025-01-18T10:00:00Z")
            else { return String(match.output.0) }
            let fraction = (match.output.2 ?? "").map { $0 == "." ? $0 : "0" }
            return shown.addingTimeInterval(Double(days) * Moments.day).formatted(form).dropLast()
                + String(fraction) + "Z"
        }
    }

    private static let day = 86_400.0

    /// How many days are between the moment and one of this test's; nil where they are not whole.
    private func wholeDays(until moment: Date, from now: Date) -> Int? {
        // Texts leave out the part of a second.
        let days = ((moment.timeIntervalSince(now) - 1) / Moments.day).rounded(.up)
        let earliest = start.timeIntervalSince(moment) + days * Moments.day
        return days >= 0 && earliest < 1 ? Int(days) : nil
    }
}
