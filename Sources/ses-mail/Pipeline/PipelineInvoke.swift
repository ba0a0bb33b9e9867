internal import ArgumentParser
internal import JSON

/// Runs a function.
struct PipelineInvoke: DeploymentCommand {
    static let configuration = CommandConfiguration(
        commandName: "invoke", abstract: "Run a function with an event, and print its answer.",
        discussion: """
            This is the real function: it imports, bounces and deletes. In prod the command asks \
            first.
            """)

    @Argument(help: "The function, by its short or its full name.") var function: FunctionChoice
    @Argument(
        help: "A JSON file with the event; - is standard input.",
        completion: .file(extensions: ["json"]))
    var file: String
    @Flag(name: .shortAndLong, help: "Do not ask, in prod.") var yes = false
    @OptionGroup var options: CommonOptions

    func run(_ deployment: Deployment, _ output: Output) throws {
        let payload = try TextFile.bytes(path: file)
        do {
            _ = try JSONValue(parsing: payload)
        } catch {
            throw Failure(.failed, "\(TextFile.name(path: file)) is \(error). Nothing was run.")
        }
        try deployment.require(function)
        let name = function.name(in: deployment.name)
        if deployment.name == .prod {
            try deployment.confirm(
                "Run \(name) in \(deployment) with this event? It imports, bounces and deletes.",
                isGiven: yes)
        }
        Output.progress("running \(name) …")
        // Its own time, and the time to start it.
        let seconds = function.timeoutSeconds + 20
        let answer = try LambdaService(deployment.session(patienceSeconds: seconds))
            .invoke(name, payload, timeoutSeconds: seconds)
        guard !answer.isError else { throw PipelineInvoke.failure(answer.bytes, of: name) }
        do {
            output.json(try JSONValue(parsing: answer.bytes))
        } catch {
            throw Failure(.failed, "The answer of \(name) is \(error).")
        }
    }

    /// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html#runtimes-api-invokeerror
    private static func failure(_ answer: [UInt8], of name: String) -> Failure {
        // An error that is not JSON has no fields to show.
        let error = try? JSONValue(parsing: answer)
        let kind = error?["errorType"]?.string ?? "an error without a type"
        let message = error?["errorMessage"]?.string ?? "no message"
        return Failure(.failed, "\(name) failed: \(kind): \(message)")
    }
}
