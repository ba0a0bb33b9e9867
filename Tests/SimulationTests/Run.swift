import JSON

/// One invocation of a function, from its event to its answer or its end.
final class Run {
    let function: Function
    /// The number for the dice: the same in each history of the seed in which the event is.
    let key: UInt64
    /// The time at which Lambda ends it.
    let deadline: Double
    var callCount = 0
    /// The number of the mail that it is about; nil if it is about none.
    var mail: Int?
    /// The decision that it carries out; nil if it carries out none.
    var decision: JSONValue?
    /// The effects that it has had, by their ledger keys.
    var effects: [String] = []
    /// Whether the process was killed. Nothing that it does from then on reaches anybody.
    var isDead = false
    /// Whether a call of it failed, or it met the claim of another.
    var isDisturbed = false
    /// The permanent reasons why it cannot succeed, which a person has to resolve.
    var blocks: Set<Block> = []
    /// The ledger keys that it has marked as done or refused.
    var recorded: Set<String> = []
    /// The ledger keys of which it could not be sure that they were marked.
    var unsure: Set<String> = []
    /// The fault of the call that is under way; nil if it has none.
    var fault: Network.Fault?
    /// Whether it has made a key, perhaps, of which it does not know.
    var hasLostKey = false
    /// The answer to Lambda; nil if it failed or was killed.
    var answer: [UInt8]?
    var failure: String?

    init(_ function: Function, key: UInt64, deadline: Double) {
        self.function = function
        self.key = key
        self.deadline = deadline
    }

    /// What a person has to resolve.
    enum Block: String {
        case token, foreignMailbox, wrongRule, missingMail
    }
}

/// The deployed functions, as Terraform configures them.
enum Function: String, CaseIterable {
    case router = "router-enrichment"
    case forwarder = "gmail-forwarder"
    case bouncer = "bouncer"
    case manager = "smtp-credential-manager"

    var timeoutSeconds: Double {
        switch self {
        case .router, .bouncer: 30
        case .forwarder: 120
        case .manager: 60
        }
    }

    var visibilitySeconds: Double { 6 * timeoutSeconds }

    /// The receives that a message gets before the dead-letter queue has it.
    var maximumReceives: Int { self == .forwarder ? 30 : 3 }
}
