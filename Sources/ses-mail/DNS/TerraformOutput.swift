internal import Process

/// Terraform's output for an environment: Terraform itself is asked, in the checkout.
struct TerraformOutput {
    private static let output = "dns_configuration_summary"

    /// The form in which printed commands name the deployment.
    let followUp: FollowUp
    /// The environment's folder, where it was given.
    let folder: String?

    private var environment: EnvironmentName { followUp.environment }

    /// The JSON of `dns_configuration_summary`.
    func summary() throws(Failure) -> [UInt8] {
        let folder = try EnvironmentFolder.path(
            given: folder, of: environment, or: "--terraform-dir FOLDER or --records FILE")
        let arguments = [
            "terraform", "-chdir=\(folder)", "output", "-json", "-no-color", TerraformOutput.output,
        ]
        switch ChildProcess.ending(of: arguments, variables: variables(folder)) {
        case .printed(let bytes): return bytes
        case .notThere:
            throw Failure(
                .notFound,
                "Terraform is not in PATH. Install it, or give --records FILE with its output "
                    + "\(TerraformOutput.output).")
        case .failed(let complaint):
            let reason = TerraformOutput.reason(complaint)
            throw Failure(
                .notFound,
                "Terraform has no output \(TerraformOutput.output) in \(folder) (\(reason)). "
                    + "\(cure), or give --records FILE.")
        }
    }

    private var cure: String {
        environment == .local
            ? "Start it with: make local, or set TF_DATA_DIR to terraform-data in the --work-dir "
                + "of local-cloud"
            : "Initialize it with: \(followUp.make("init")), deploy with: \(followUp.make("apply"))"
    }

    /// Terraform's own reason, without the box around it.
    private static func reason(_ complaint: String) -> String {
        for line in complaint.split(separator: "\n") {
            let text = line.drop { $0 == "│" || $0 == " " || $0 == "╷" }
            if text.hasPrefix("Error: ") { return String(text.dropFirst("Error: ".count)) }
        }
        return "without a reason"
    }

    /// The environment of Terraform. `make init` keeps Terraform's data in the folder, where
    /// Terraform looks for it; `local-cloud up` keeps it elsewhere.
    private func variables(_ folder: String) -> [String: String] {
        var variables = Variable.ofPrograms
        if let profile = followUp.profile { variables["AWS_PROFILE"] = profile }
        if environment == .local, Variable.value("TF_DATA_DIR") == nil {
            variables["TF_DATA_DIR"] = FileSystem.canonicalPath(
                "\(folder)/../../../build/local-cloud/terraform-data")
        }
        return variables
    }
}
