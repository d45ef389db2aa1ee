import Foundation
import Testing

/// Runs a shell command in which `$LACONIC` is the path of the program.
func shell(_ command: String, in folder: URL) throws -> LaconicProcess.Outcome {
  let program: URL = try #require(LaconicProcess.program)
  let shell = Process()
  shell.executableURL = URL(fileURLWithPath: "/bin/sh")
  shell.arguments = ["-c", command]
  shell.environment = ProcessInfo.processInfo.environment
    .merging(["LACONIC": program.path, "SWIFT_BACKTRACE": "enable=no"]) { $1 }
  shell.currentDirectoryURL = folder
  shell.standardInput = FileHandle.nullDevice
  let files = ["out", "err"].map { folder.appendingPathComponent("\(UUID().uuidString).\($0)") }
  for file in files { try Data().write(to: file) }
  shell.standardOutput = try FileHandle(forWritingTo: files[0])
  shell.standardError = try FileHandle(forWritingTo: files[1])
  try shell.run()
  shell.waitUntilExit()
  let texts = try files.map { String(decoding: try Data(contentsOf: $0), as: UTF8.self) }
  return LaconicProcess.Outcome(
    status: shell.terminationStatus, output: texts[0], errors: texts[1])
}
