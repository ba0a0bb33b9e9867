/// What is one attribute of a DynamoDB item? The types that we write and those that a person may
/// have put into a row; anything else is kept out of the way, never an error
/// (https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html).
package enum AttributeValue: Equatable, Sendable {
    case string(String)
    /// A number in the decimal text that DynamoDB sends.
    case number(String)
    case bool(Bool)
    case list([AttributeValue])
    case map([String: AttributeValue])
    case stringSet([String])
    case null
    /// A type that nothing here reads (binary, number sets).
    case other

    package static func number(_ value: Int) -> AttributeValue { .number(String(value)) }

    package var string: String? {
        if case .string(let value) = self { value } else { nil }
    }

    package var integer: Int? {
        if case .number(let value) = self { Int(value) } else { nil }
    }

    /// `BOOL`, and the `S` that people write by hand.
    package var bool: Bool? {
        switch self {
        case .bool(let value): value
        case .string("true"), .string("True"), .string("TRUE"): true
        case .string("false"), .string("False"), .string("FALSE"): false
        default: nil
        }
    }
}

/// A row: attribute name to value.
package typealias Item = [String: AttributeValue]

extension AttributeValue: Codable {
    private enum Key: String, CodingKey {
        case string = "S"
        case number = "N"
        case bool = "BOOL"
        case list = "L"
        case map = "M"
        case stringSet = "SS"
        case null = "NULL"
    }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Key.self)
        switch fields.allKeys.first {
        case .string?: self = .string(try fields.decode(String.self, forKey: .string))
        case .number?: self = .number(try fields.decode(String.self, forKey: .number))
        case .bool?: self = .bool(try fields.decode(Bool.self, forKey: .bool))
        case .list?: self = .list(try fields.decode([AttributeValue].self, forKey: .list))
        case .map?: self = .map(try fields.decode([String: AttributeValue].self, forKey: .map))
        case .stringSet?:
            self = .stringSet(try fields.decode([String].self, forKey: .stringSet))
        case .null?: self = .null
        case nil: self = .other
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: Key.self)
        switch self {
        case .string(let value): try fields.encode(value, forKey: .string)
        case .number(let value): try fields.encode(value, forKey: .number)
        case .bool(let value): try fields.encode(value, forKey: .bool)
        case .list(let value): try fields.encode(value, forKey: .list)
        case .map(let value): try fields.encode(value, forKey: .map)
        case .stringSet(let value): try fields.encode(value, forKey: .stringSet)
        case .null: try fields.encode(true, forKey: .null)
        case .other:
            throw EncodingError.invalidValue(
                self, .init(codingPath: encoder.codingPath, debugDescription: "a type we do not write"))
        }
    }
}
