package import HTTP

/// The pages of a list, each asked for when it is wanted. A page may be empty and have a next one.
package struct Pages<Page, Token> {
    private let call: CallName
    private let ask: (Token?) throws(AWSError) -> (page: Page, next: Token?)
    private var token: Token?
    private var count = 0
    private var isAtEnd = false

    /// - Parameter ask: makes the call with the token of the page before, nil for the first one,
    ///   and answers a page and the token of the next one, nil where it is the last.
    package init(
        of call: CallName,
        ask: @escaping (Token?) throws(AWSError) -> (page: Page, next: Token?)
    ) {
        self.call = call
        self.ask = ask
    }

    /// The next page, or nil after the last one.
    /// - Throws: `AWSError.cut` where the list has more pages than `PageLimit.count`.
    package mutating func next() throws(AWSError) -> Page? {
        guard !isAtEnd else { return nil }
        guard count < PageLimit.count else { throw .cut(call, pages: PageLimit.count) }
        let (page, next) = try ask(token)
        count += 1
        token = next
        isAtEnd = next == nil
        return page
    }

    /// The same pages, read as something else.
    package func map<Other>(_ read: @escaping (Page) -> Other) -> Pages<Other, Token> {
        Pages<Other, Token>(of: call) { [ask] token throws(AWSError) in
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

/// The limit of every list: a longer one is cut, which is an error.
package enum PageLimit {
    package static let count = 1000
}
