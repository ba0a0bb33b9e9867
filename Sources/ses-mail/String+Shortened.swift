extension String {
    /// As it is where it fits; otherwise its beginning and an ellipsis, `limit` characters in all.
    func shortened(to limit: Int) -> String {
        guard let last = index(startIndex, offsetBy: limit, limitedBy: endIndex), last < endIndex
        else { return self }
        return prefix(limit - 1) + "…"
    }
}
