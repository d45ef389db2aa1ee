package import ArgumentParser
import Fields

/// Prints the script that lets a shell complete commands, options and files.
package struct Completion: ParsableCommand {
  package static let configuration = CommandConfiguration(
    abstract: "Print a shell's completion script.",
    discussion: """
      Put the script where the shell looks for it, once, and again after an update; \
      then open a new shell. Examples:

      bash, with the package bash-completion:
        mkdir -p ~/.local/share/bash-completion/completions
        laconic completion bash > \\
          ~/.local/share/bash-completion/completions/laconic

      bash without it, in ~/.bashrc:
        source <(laconic completion bash)

      zsh, with 'fpath+=(~/.zfunc)' before 'compinit' in ~/.zshrc:
        mkdir -p ~/.zfunc
        laconic completion zsh > ~/.zfunc/_laconic

      fish:
        mkdir -p ~/.config/fish/completions
        laconic completion fish > ~/.config/fish/completions/laconic.fish
      """)

  private static let shells = CompletionShell.allCases.map(\.rawValue).sorted()

  @Argument(
    help: ArgumentHelp("The shell: bash, zsh or fish.", valueName: "shell"),
    completion: .list(Self.shells))
  var shell: String

  package init() {}

  package func validate() throws {
    guard CompletionShell(rawValue: shell) == nil else { return }
    throw ValidationError(UnknownName("shell", shell, among: Self.shells).sentence)
  }

  package func run() throws {
    guard let shell = CompletionShell(rawValue: shell) else { return }
    Terminal.output.print(Laconic.completionScript(for: shell))
  }
}
