internal import Text

/// Several recipients of a mail may lead to one mailbox, which gets it once.
extension ForwardTarget {
    /// Both targets in one. A clean copy beats junk; labels and all other settings are united.
    package func merged(with other: ForwardTarget) -> ForwardTarget {
        if isJunk != other.isJunk { return isJunk ? other : self }
        var labels = labelIDsInGmail
        for label in other.labelIDsInGmail where !labels.contains(where: label.hasSameBytes) {
            labels.append(label)
        }
        let own = labels.filter { !Self.placements.contains($0) }
            .prefix(RoutingRule.maximumLabels)
        return ForwardTarget(
            target: target, destination: destination, rule: rule,
            labelIDs: Self.placements.filter(labels.contains) + own, isJunk: isJunk,
            isNeverSpam: isNeverSpam || other.isNeverSpam,
            isForCalendar: isForCalendar || other.isForCalendar, isCanary: isCanary)
    }

    /// The labels that the message gets: for junk always the same, whatever the event names.
    package var labelIDsInGmail: [String] {
        isJunk ? Self.labelsOfJunk : labelIDs ?? RoutingRule.Placement().labelIDs
    }

    static let labelsOfJunk = ["SPAM", "UNREAD"]

    /// Gmail's own labels for how a message lies in the mailbox.
    private static let placements = ["INBOX", "UNREAD", "STARRED", "SPAM", "TRASH"]
}
