import Foundation
import TestSupport
import Testing

/// What stays in an accepted text, and what is put in place of a moment.
struct MomentsTests {
    private static let start = Date(timeIntervalSince1970: 1_800_000_000)  // 2027-01-15T08:00:00Z
    private static var moments: Moments {
        Moments(since: start, until: start.addingTimeInterval(600))
    }

    @Test(
        "A moment of the test is the same in every accepted text, and days later by as much",
        arguments: [
            ("2027-01-15T08:00:00Z", "2025-01-18T10:00:00Z"),
            ("2027-01-15T08:10:00Z", "2025-01-18T10:00:00Z"),
            ("2027-01-15T08:05:00.123Z", "2025-01-18T10:00:00.000Z"),
            ("2027-01-22T08:05:00Z", "2025-01-25T10:00:00Z"),
            ("a 2027-01-15T08:05:00Z  b", "a 2025-01-18T10:00:00Z  b"),
        ])
    func masked(text: String, expected: String) {
        #expect(Self.moments.masked(text) == expected)
    }

    @Test(
        "Another zone, year, unit or form is left to be seen",
        arguments: [
            "2027-01-15T07:59:58Z", "2027-01-15T08:10:02Z", "2027-01-15T18:05:00Z",
            "2027-01-14T22:05:00Z", "2026-01-15T08:05:00Z", "1970-01-21T20:00:00Z",
            "2027-01-14T08:05:00Z", "2027-01-15 08:05:00", "2027-01-15T08:05:00+00:00",
            "1800000000",
        ])
    func seen(text: String) {
        #expect(Self.moments.masked(text) == text)
    }

    @Test("Another year is days later in the accepted text, not the same day")
    func year() {
        #expect(Self.moments.masked("2028-01-15T08:05:00Z") == "2026-01-18T10:00:00Z")
    }
}
