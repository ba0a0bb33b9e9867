internal import JSON
internal import Process
internal import Text

/// A person's own configuration: the place of each environment's deployment, and the environment
/// that is meant where none is named. Options and variables take precedence over it.
struct UserConfiguration: Equatable, Sendable {
    /// The place of one environment's deployment.
    struct Place: Equatable, Sendable {
        /// A profile of the AWS CLI.
        var profile: String?
        var region: String?
        /// Twelve digits.
        var account: String?

        /// The part that decides: neither an option nor a variable says otherwise.
        func remaining(besides options: CommonOptions) -> Place {
            let hasProfile =
                options.profile != nil || Variable.value("AWS_PROFILE") != nil
                || CredentialSource.hasKeys
            let hasRegion = options.region != nil || CredentialSource.regionVariable != nil
            return Place(
                profile: hasProfile ? nil : profile, region: hasRegion ? nil : region,
                account: account)
        }
    }

    var defaultEnvironment: EnvironmentName?
    var places: [EnvironmentName: Place] = [:]

    /// The path of the user's file (https://specifications.freedesktop.org/basedir-spec/latest/);
    /// nil for a process without a home.
    static var path: String? {
        // The specification has a relative path ignored.
        let folder =
            Variable.value("XDG_CONFIG_HOME").flatMap { $0.hasPrefix("/") ? $0 : nil }
            ?? Variable.value("HOME").map { "\($0)/.config" }
        return folder.map { "\($0)/ses-mail/config.json" }
    }

    /// The configuration of the user's file; an empty one where there is no file.
    static func ofUser() throws -> UserConfiguration {
        guard let path, !FileSystem.isMissing(path) else { return UserConfiguration() }
        return try UserConfiguration(try TextFile.bytes(path: path), path: path)
    }

    /// The place of an environment in the user's file. The local one needs none.
    static func place(of name: EnvironmentName) throws -> Place {
        name == .local ? Place() : try ofUser().places[name] ?? Place()
    }
}

// MARK: The file
extension UserConfiguration {
    /// - Parameter path: the name of the file in a failure.
    init(_ bytes: [UInt8], path: String) throws(Failure) {
        let document: JSONValue
        do throws(JSONError) {
            document = try JSONValue(parsing: bytes)
        } catch {
            throw Failure(.usage, "\(TextFile.name(path: path)) is \(error). Correct it.")
        }
        let fault = Fault(path: path)
        for (name, value) in try fault.members(document, "it") {
            switch name {
            case "default_environment":
                guard let environment = value.string.flatMap(EnvironmentName.init) else {
                    throw fault("default_environment must be \"test\", \"prod\" or \"local\"")
                }
                defaultEnvironment = environment
            case "environments":
                for (name, value) in try fault.members(value, name) {
                    // The local one is where local-cloud is, with an operator of its own.
                    guard let environment = EnvironmentName(rawValue: name), environment != .local
                    else { throw fault("environments may have test and prod, not \(name)") }
                    places[environment] = try Place(value, name, fault)
                }
            default:
                throw fault("it may have default_environment and environments, not \(name)")
            }
        }
    }

    /// The faults of a file, each a sentence.
    fileprivate struct Fault {
        let path: String

        func callAsFunction(_ words: String) -> Failure {
            Failure(
                .usage, "\(TextFile.name(path: path)) is not valid: \(words). Correct it.")
        }

        func members(
            _ value: JSONValue, _ name: String
        ) throws(Failure) -> [(String, JSONValue)] {
            guard let members = value.members else { throw self("\(name) must be an object") }
            return members.map { ($0.name.shortened(to: 60), $0.value) }
        }
    }
}

extension UserConfiguration.Place {
    fileprivate init(
        _ value: JSONValue, _ environment: String, _ fault: UserConfiguration.Fault
    ) throws(Failure) {
        for (name, value) in try fault.members(value, environment) {
            guard let text = value.string, !text.isEmpty else {
                throw fault("\(name) of \(environment) must be a text")
            }
            switch name {
            case "profile": profile = text
            case "region":
                guard Setting.isRegion(text) else {
                    throw fault("region of \(environment) must be one like \"eu-west-1\"")
                }
                region = text
            case "account":
                guard Setting.isAccount(text) else {
                    throw fault("account of \(environment) must be twelve digits")
                }
                account = text
            default:
                throw fault("\(environment) may have profile, region and account, not \(name)")
            }
        }
    }
}
