internal import JSON

extension UserConfiguration {
    /// What it says, a line for each value of its own.
    var lines: [String] {
        (defaultEnvironment.map { ["default_environment: \($0)"] } ?? [])
            + places.sorted { $0.key.rawValue < $1.key.rawValue }.map { name, place in
                "\(name): \(place.json)"
            }
    }

    /// The file's text, with a line for each environment.
    var text: String {
        var lines: [String] = []
        if let defaultEnvironment {
            lines.append("  \"default_environment\": \"\(defaultEnvironment)\"")
        }
        let places = places.sorted { $0.key.rawValue < $1.key.rawValue }.map { name, place in
            "    \"\(name)\": \(place.json)"
        }
        if !places.isEmpty {
            lines.append("  \"environments\": {\n\(places.joined(separator: ",\n"))\n  }")
        }
        return "{\n\(lines.joined(separator: ",\n"))\n}\n"
    }
}

extension UserConfiguration.Place {
    fileprivate var json: String {
        let members = [("profile", profile), ("region", region), ("account", account)]
            .compactMap { name, value in
                value.map { "\"\(name)\": \(String(decoding: $0.json.bytes, as: UTF8.self))" }
            }
        return "{\(members.joined(separator: ", "))}"
    }
}
