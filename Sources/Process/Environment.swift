internal import Glibc
internal import Text

/// The variables that this process was configured with. They are read once, before the first event;
/// a missing one, and a value that is not known, is an error that names the variable.
package struct Environment: Sendable {
    private let lookUp: @Sendable (String) -> String?

    /// The process's own variables.
    package static let process = Environment { name in
        getenv(name).map { String(cString: $0) }
    }

    /// All of the process's own variables, empty ones too.
    package static var variables: [String: String] {
        var variables: [String: String] = [:]
        var next = environ
        while let entry = next.pointee {
            next += 1
            let sides = String(cString: entry).split(
                separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if sides.count == 2 { variables[String(sides[0])] = String(sides[1]) }
        }
        return variables
    }

    package init(_ lookUp: @escaping @Sendable (String) -> String?) {
        self.lookUp = lookUp
    }

    /// The variable, or nil if it is not set or empty.
    package func optional(_ name: String) -> String? {
        lookUp(name).flatMap { $0.isEmpty ? nil : $0 }
    }

    package func required(_ name: String) throws(ConfigurationError) -> String {
        guard let value = optional(name) else { throw .missing(name) }
        return value
    }

    /// `true` or `1`, `false` or `0`, in any ASCII case, or the default if it is not set.
    package func flag(_ name: String, default fallback: Bool) throws(ConfigurationError) -> Bool {
        switch optional(name)?.asciiLowercased {
        case nil: return fallback
        case "true"?, "1"?: return true
        case "false"?, "0"?: return false
        case let value?: throw .invalid(name, value: value, expected: "true, 1, false or 0")
        }
    }

    /// The items of a comma-separated list, spaces taken off; empty if it is not set.
    package func list(_ name: String) -> [String] {
        (optional(name) ?? "").split { $0 == "," || $0 == " " }.map(String.init)
    }

    /// A whole number from 1 to a million, or the default if it is not set.
    package func positive(_ name: String, default fallback: Int) throws(ConfigurationError) -> Int {
        guard let text = optional(name) else { return fallback }
        guard let value = Int(text), 1...1_000_000 ~= value else {
            throw .invalid(name, value: text, expected: "a whole number from 1 to 1000000")
        }
        return value
    }

    /// One of the raw values of `Value`, in the same case, or the default if it is not set.
    package func choice<Value: RawRepresentable<String> & CaseIterable>(
        _ name: String, default fallback: Value
    ) throws(ConfigurationError) -> Value {
        guard let text = optional(name) else { return fallback }
        guard let value = Value(rawValue: text) else {
            throw .unknown(name, value: text, known: Value.allCases.map(\.rawValue))
        }
        return value
    }
}

/// A fault of the configuration. It names the variable, so that a person can correct it.
package enum ConfigurationError: Error, Equatable, Sendable, CustomStringConvertible {
    case missing(String)
    case invalid(String, value: String, expected: String)

    /// The value is not one of the words that are known.
    package static func unknown(
        _ name: String, value: String, known: [String]
    ) -> ConfigurationError {
        let words = known.dropLast().joined(separator: ", ") + " or " + (known.last ?? "")
        return .invalid(name, value: value, expected: words)
    }

    package var description: String {
        switch self {
        case .missing(let name):
            "the environment variable \(name) is not set"
        case .invalid(let name, let value, let expected):
            "the environment variable \(name) is \"\(value)\", not \(expected)"
        }
    }
}
