internal import ArgumentParser

/// Does the pipeline run, and how is something put into it by hand?
struct PipelineCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pipeline", abstract: "Show whether everything runs; try parts of it by hand.",
        subcommands: [PipelineShow.self, PipelineSend.self, PipelineInvoke.self])
}
