internal import ArgumentParser

/// The commands about the pipeline.
struct PipelineCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pipeline", abstract: "Show whether everything runs; try parts of it by hand.",
        subcommands: [PipelineShow.self, PipelineSend.self, PipelineInvoke.self])
}
