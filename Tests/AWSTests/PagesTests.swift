import HTTP
import Testing
import Text

@testable import AWS

/// How a list is read that AWS answers page by page.
struct PagesTests {
    private static let call = CallName("Any", "List")

    /// A list with these pages.
    private func pages(_ pages: [[Int]]) -> Pages<[Int], Int> {
        Pages(of: Self.call) { (token: Int?) throws(AWSError) in
            let index = token ?? 0
            return (pages[index], index + 1 < pages.count ? index + 1 : nil)
        }
    }

    @Test("A page in the middle may be empty, and the list goes on")
    func empty() throws {
        #expect(try pages([[1], [], [], [2, 3]]).all() == [[1], [], [], [2, 3]])
    }

    @Test("After the last page nothing is asked for")
    func end() throws {
        var pages = pages([[1], [2]])
        #expect(try pages.next() == [1])
        #expect(try pages.next() == [2])
        #expect(try pages.next() == nil)
        #expect(try pages.next() == nil)
    }

    @Test("A list of as many pages as are read is whole, and a longer one is cut")
    func cut() throws {
        let whole = [[Int]](repeating: [7], count: PageLimit.count)
        #expect(try pages(whole).all().count == PageLimit.count)
        #expect(throws: AWSError.cut(Self.call, pages: PageLimit.count)) {
            try pages(whole + [[8]]).all()
        }
    }

    @Test("Pages that are read as something else are the same pages")
    func mapped() throws {
        #expect(try pages([[1], [], [2]]).map(\.count).all() == [1, 0, 1])
    }
}
