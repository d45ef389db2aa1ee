import Foundation
import TestSupport
import Testing

@Suite struct `The completion scripts` {
  @Test(arguments: [("bash", "complete"), ("zsh", "#compdef laconic"), ("fish", "complete -c")])
  func `name the commands`(shell: String, start: String) throws {
    let folder = FileManager.default.temporaryDirectory
    let script = try LaconicProcess.run(["completion", shell], in: folder)
    #expect(script.status == 0, "\(script.errors)")
    #expect(script.output.contains(start))
    for command in ["validate", "export", "completion"] { #expect(script.output.contains(command)) }
    #expect(!script.output.contains("watch-programs"))
  }

  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/bin/bash")))
  func `are shell code`() throws {
    let folder = FileManager.default.temporaryDirectory
    let script = try LaconicProcess.run(["completion", "bash"], in: folder).output
    let file = folder.appendingPathComponent("laconic-completion-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: file) }
    try Data(script.utf8).write(to: file)
    let bash = Process()
    bash.executableURL = URL(fileURLWithPath: "/bin/bash")
    bash.arguments = ["-n", file.path]
    try bash.run()
    bash.waitUntilExit()
    #expect(bash.terminationStatus == 0)
  }
}
