internal import ArgumentParser

/// Which environment is meant? A folder of terraform/environments.
enum EnvironmentName: String, ExpressibleByArgument, CaseIterable, CustomStringConvertible {
    case test
    case prod
    case local

    var description: String { rawValue }
}
