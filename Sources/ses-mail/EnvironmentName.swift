internal import ArgumentParser

/// The name of an environment: a folder of terraform/environments.
enum EnvironmentName: String, ExpressibleByArgument, CaseIterable, CustomStringConvertible {
    case test
    case prod
    case local

    var description: String { rawValue }
}
