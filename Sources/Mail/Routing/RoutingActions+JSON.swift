internal import JSON

/// `{"store": {"count": n, "targets": […]}, …}`, as the bus's rules match it.
extension RoutingActions {
    func write(to writer: inout JSONWriter) {
        writer.object { actions in
            actions.name("bounce")
            RoutingActions.write(bounce, to: &actions) { $0.write(to: &$1) }
            actions.name("forward-to-gmail")
            RoutingActions.write(forwardToGmail, to: &actions) { $0.write(to: &$1) }
            actions.name("store")
            RoutingActions.write(store, to: &actions) { $0.write(to: &$1) }
        }
    }

    private static func write<Target>(
        _ targets: [Target], to writer: inout JSONWriter,
        target writeTarget: (Target, inout JSONWriter) -> Void
    ) {
        writer.object { counted in
            counted.member("count", targets.count)
            counted.name("targets")
            counted.array { list in
                for target in targets { writeTarget(target, &list) }
            }
        }
    }

    /// - Throws: `FormatError` if a count is not that of its targets, or where there is no
    ///   target at all: a handler that took it for "nothing to do" would lose the mail.
    init(_ json: JSONValue) throws(FormatError) {
        self.init()
        for target in try RoutingActions.targets("store", of: json) {
            store.append(try RoutingTarget(target))
        }
        for target in try RoutingActions.targets("forward-to-gmail", of: json) {
            forwardToGmail.append(try ForwardTarget(target))
        }
        for target in try RoutingActions.targets("bounce", of: json) {
            bounce.append(try RoutingTarget(target))
        }
        guard !(store.isEmpty && forwardToGmail.isEmpty && bounce.isEmpty) else {
            throw FormatError("there are no targets")
        }
    }

    private static func targets(
        _ action: String, of json: JSONValue
    ) throws(FormatError) -> [JSONValue] {
        guard let counted = json[action] else { return [] }
        guard let targets = counted["targets"]?.array, let count = counted["count"]?.integer else {
            throw FormatError("\(action) has no count or no targets")
        }
        guard count == targets.count else {
            throw FormatError("\(action) counts \(count) and has \(targets.count) targets")
        }
        return targets
    }
}

extension RoutingTarget {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.object { target in
            if isCanary { target.member("canary", true) }
            if let description { target.member("description", description) }
            if let reason { target.member("reason", reason.rawValue) }
            if let rule { target.member("rule", rule) }
            target.member("target", self.target)
        }
    }

    fileprivate init(_ json: JSONValue) throws(FormatError) {
        guard let target = json["target"]?.string else {
            throw FormatError("a target without an address")
        }
        self.init(
            target: target, rule: json["rule"]?.string, description: json["description"]?.string,
            reason: json["reason"]?.string.map(RoutingReason.init),
            isCanary: json["canary"]?.bool ?? false)
    }
}

extension ForwardTarget {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.object { target in
            if isForCalendar { target.member("calendar", true) }
            if isCanary { target.member("canary", true) }
            target.member("destination", destination)
            if isJunk { target.member("junk", true) }
            if let labelIDs {
                target.member("labelIds", .array(labelIDs.map { .string($0) }))
            }
            if isNeverSpam { target.member("neverMarkSpam", true) }
            if let rule { target.member("rule", rule) }
            target.member("target", self.target)
        }
    }

    fileprivate init(_ json: JSONValue) throws(FormatError) {
        guard let target = json["target"]?.string,
            let destination = json["destination"]?.string, !destination.isEmpty
        else { throw FormatError("a forward target without an address or a destination") }
        self.init(
            target: target, destination: destination, rule: json["rule"]?.string,
            labelIDs: json["labelIds"]?.array?.compactMap(\.string),
            isJunk: json["junk"]?.bool ?? false,
            isNeverSpam: json["neverMarkSpam"]?.bool ?? false,
            isForCalendar: json["calendar"]?.bool ?? false,
            isCanary: json["canary"]?.bool ?? false)
    }
}
