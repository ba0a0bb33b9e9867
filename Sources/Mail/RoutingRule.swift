/// What did the operator decide for a pattern of addresses? One row of the table.
package struct RoutingRule: Equatable, Sendable {
    /// What is to be done with a mail.
    package enum Action: Equatable, Sendable {
        case forwardToGmail
        case bounce
        case store
        case unknown(String)

        package init(_ text: String) {
            self =
                switch text {
                case "forward-to-gmail": .forwardToGmail
                case "bounce": .bounce
                case "store": .store
                default: .unknown(text)
                }
        }
    }

    /// `ROUTE#` and the pattern.
    package let pk: String
    package let action: Action
    /// The Gmail address to forward to.
    package let target: String?
    package let isEnabled: Bool
    /// The operator's words, shown to the sender of a bounced mail.
    package let description: String?

    package init(
        pk: String, action: Action, target: String? = nil, isEnabled: Bool = true,
        description: String? = nil
    ) {
        self.pk = pk
        self.action = action
        self.target = target
        self.isEnabled = isEnabled
        self.description = description
    }
}
