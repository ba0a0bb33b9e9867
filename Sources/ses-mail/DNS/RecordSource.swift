internal import ArgumentParser

/// The options that choose records, from Terraform's output or from a file.
struct RecordSource: ParsableArguments {
    @Argument(help: "Domains of the deployment; all of them where none is named.")
    var domains: [String] = []
    @Option(
        help: "A file with the wanted records instead (- is standard input).",
        completion: .file(extensions: ["json"]))
    var records: String?
    @Option(
        help: "The environment's Terraform folder, where it is not found.",
        completion: .directory)
    var terraformDir: String?

    /// The chosen domains with their records.
    func chosen(_ options: CommonOptions) throws -> [WantedRecords.Domain] {
        try wanted(options).domains(named: domains)
    }

    private func wanted(_ options: CommonOptions) throws -> WantedRecords {
        if let records {
            return try WantedRecords(
                try TextFile.bytes(path: records), named: TextFile.name(path: records))
        }
        let environment = try Deployment.name(options)
        Output.progress("asking Terraform …")
        let place = try UserConfiguration.place(of: environment).remaining(besides: options)
        let terraform = TerraformOutput(
            followUp: FollowUp(options, for: environment, configured: place), folder: terraformDir)
        return try WantedRecords(terraform.summary(), named: "Terraform's output")
    }
}
