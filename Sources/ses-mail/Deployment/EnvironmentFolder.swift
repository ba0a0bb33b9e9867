internal import Process

/// The folder of an environment's Terraform configuration.
enum EnvironmentFolder {
    /// The folder that was given, or the one in the checkout around the present folder, or around
    /// this program.
    /// - Parameter options: the options that name a folder, for the failure.
    static func path(
        given folder: String?, of environment: EnvironmentName, or options: String
    ) throws(Failure) -> String {
        if let folder { return folder }
        for place in [FileSystem.canonicalPath("."), OwnProcess.programPath] {
            var parts = (place ?? "").split(separator: "/")
            while true {
                let root = "/" + parts.joined(separator: "/")
                let folder = "\(root)/terraform/environments/\(environment)"
                if FileSystem.isReadable("\(folder)/main.tf") { return folder }
                if parts.popLast() == nil { break }
            }
        }
        throw Failure(
            .notFound,
            "There is no terraform/environments/\(environment) here or above. Run the command in "
                + "the checkout, or give \(options).")
    }
}
