package import HTTP
internal import Text

/// The pages of a list, each requested when it is needed. A page may be empty and have a next one.
package struct Pages<Page, Token> {
    private let call: CallName
    private let limit: Int
    private let ask: (Token?) throws(AWSError) -> (page: Page, next: Token?)
    private var token: Token?
    private var count = 0
    private var isAtEnd = false

    /// - Parameters:
    ///   - limit: the most pages that are read.
    ///   - ask: makes the call with the token of the page before, nil for the first one, and
    ///     answers a page and the token of the next one, nil if it is the last.
    package init(
        of call: CallName, limit: Int = PageLimit.count,
        ask: @escaping (Token?) throws(AWSError) -> (page: Page, next: Token?)
    ) {
        self.call = call
        self.limit = limit
        self.ask = ask
    }

    /// The next page, or nil after the last one.
    /// - Throws: `AWSError.cut` if the list has more pages than the limit.
    package mutating func next() throws(AWSError) -> Page? {
        guard !isAtEnd else { return nil }
        guard count < limit else { throw .cut(call, pages: limit) }
        let (page, next) = try ask(token)
        count += 1
        token = next
        isAtEnd = next == nil
        return page
    }

    /// The same pages, read as something else.
    package func map<Other>(_ read: @escaping (Page) -> Other) -> Pages<Other, Token> {
        Pages<Other, Token>(of: call, limit: limit) { [ask] token throws(AWSError) in
            let (page, next) = try ask(token)
            return (read(page), next)
        }
    }

    /// All pages that have not been read yet.
    package consuming func all() throws(AWSError) -> [Page] {
        var pages: [Page] = []
        while let page = try next() { pages.append(page) }
        return pages
    }
}

/// The usual limit of a list: a longer one is cut, which is an error.
package enum PageLimit {
    package static let count = 1000
}
