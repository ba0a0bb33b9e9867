internal import ArgumentParser

/// The commands about routing rules.
struct RulesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rules", abstract: "Decide who gets which address.",
        subcommands: [
            RulesList.self, RulesShow.self, RulesSet.self, RulesEnable.self, RulesDisable.self,
            RulesRemove.self, RulesExplain.self, RulesLint.self, RulesExport.self,
            RulesImport.self,
        ])
}
