package import JSON

/// One attribute of a DynamoDB item: the types that are written here and those that a person may
/// have put into a row. Any other type is `other`, and never an error
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
    /// A type that is not read here (binary, number sets), as it came: it is written back so.
    case other(JSONValue)

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

extension AttributeValue {
    /// Reads one `{"S": …}`; any other type becomes `other`.
    package init(_ json: JSONValue) {
        guard let typed = json.members?.first else {
            self = .other(json)
            return
        }
        self =
            switch (typed.name, typed.value) {
            case ("S", .string(let value)): .string(value)
            case ("N", .string(let value)): .number(value)
            case ("BOOL", .bool(let value)): .bool(value)
            case ("L", .array(let values)): .list(values.map { AttributeValue($0) })
            case ("M", .object): .map(Item(typed.value))
            case ("SS", .array(let values)): .stringSet(values.compactMap(\.string))
            case ("NULL", _): .null
            default: .other(json)
            }
    }

    /// The value as plain JSON: a set is a list, and `other` is null.
    package var plain: JSONValue {
        switch self {
        case .string(let value): .string(value)
        case .number(let value): .number(value)
        case .bool(let value): .bool(value)
        case .list(let values): .array(values.map(\.plain))
        case .map(let item): item.plain
        case .stringSet(let values): .array(values.map { .string($0) })
        case .null, .other: .null
        }
    }

    /// The attribute with the content of plain JSON.
    package init(plain: JSONValue) {
        self =
            switch plain {
            case .null: .null
            case .bool(let value): .bool(value)
            case .number(let value): .number(value)
            case .string(let value): .string(value)
            case .array(let values): .list(values.map { AttributeValue(plain: $0) })
            case .object(let members):
                .map(
                    Item(
                        members.map { ($0.name, AttributeValue(plain: $0.value)) },
                        uniquingKeysWith: { $1 }))
            }
    }

    /// The form that DynamoDB takes.
    package var json: JSONValue {
        switch self {
        case .string(let value): ["S": .string(value)]
        case .number(let value): ["N": .string(value)]
        case .bool(let value): ["BOOL": .bool(value)]
        case .list(let values): ["L": .array(values.map(\.json))]
        case .map(let item): ["M": item.json]
        case .stringSet(let values): ["SS": .array(values.map { .string($0) })]
        case .null: ["NULL": true]
        case .other(let json): json
        }
    }
}

extension Item {
    /// Reads an item in DynamoDB's form.
    package init(_ json: JSONValue) {
        self.init(
            (json.members ?? []).map { ($0.name, AttributeValue($0.value)) },
            uniquingKeysWith: { $1 })
    }

    package var json: JSONValue {
        .object(map { JSONValue.Member($0.key, $0.value.json) })
    }

    /// The attributes as plain JSON, in no order.
    package var plain: JSONValue {
        .object(map { JSONValue.Member($0.key, $0.value.plain) })
    }
}
