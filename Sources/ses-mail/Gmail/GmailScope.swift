/// The OAuth scopes that allow an import.
/// (https://developers.google.com/workspace/gmail/api/reference/rest/v1/users.messages/import)
enum GmailScope {
    private static let prefix = "https://www.googleapis.com/auth/"
    static let insert = "\(prefix)gmail.insert"
    /// Wider ones, with which an import is allowed too.
    private static let wider = ["\(prefix)gmail.modify", "https://mail.google.com/"]

    static func allowImport(_ scopes: [String]) -> Bool {
        scopes.contains { $0 == insert || wider.contains($0) }
    }

    /// `gmail.insert`: as a person calls it.
    static func short(_ scope: String) -> String {
        scope.hasPrefix(prefix) ? String(scope.dropFirst(prefix.count)) : scope
    }
}
