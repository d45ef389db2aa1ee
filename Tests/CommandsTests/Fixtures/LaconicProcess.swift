import Foundation
import TestSupport
import Testing

/// Runs the built program as a user does.
struct LaconicProcess {
  struct Outcome {
    var status: Int32
    var output: String
    var errors: String
  }

  /// The program, which is in the same folder as the test bundle.
  static let program: URL? = {
    let start = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    let candidates = [
      start,
      URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../.build/release").standardizedFileURL,
    ]
    return candidates.map { $0.appendingPathComponent("laconic") }
      .first { FileManager.default.isExecutableFile(atPath: $0.path) }
  }()

  let process = Process()
  private let files: [URL]

  /// Starts the program. Its output goes to files, so that it never blocks on a full pipe.
  /// - Parameter output: the folder of these files; without it, the program's working folder.
  init(
    _ arguments: [String], in folder: URL, environment: [String: String] = [:], output: URL? = nil
  ) throws {
    let program: URL = try #require(Self.program, "the laconic program was not built")
    process.executableURL = program
    process.arguments = arguments
    process.currentDirectoryURL = folder
    process.environment = ProcessInfo.processInfo.environment
      .merging(["SWIFT_BACKTRACE": "enable=no"]) { $1 }.merging(environment) { $1 }
    files = ["out", "err"].map {
      (output ?? folder).appendingPathComponent("\(UUID().uuidString).\($0)")
    }
    for file in files { try Data().write(to: file) }
    process.standardOutput = try FileHandle(forWritingTo: files[0])
    process.standardError = try FileHandle(forWritingTo: files[1])
    process.standardInput = FileHandle.nullDevice
    try process.run()
  }

  /// The standard output written so far.
  var outputSoFar: String {
    (try? Data(contentsOf: files[0])).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }

  /// Sends an interrupt and waits until the process has received it: two pending signals may be
  /// delivered as one.
  func interrupt() {
    kill(process.processIdentifier, SIGINT)
    let place = "/proc/\(process.processIdentifier)/status"
    let isTaken = eventually {
      guard let text = try? String(contentsOfFile: place, encoding: .utf8),
        let mask = text.firstMatch(of: /ShdPnd:\s*([0-9a-f]+)/).flatMap({ UInt64($0.1, radix: 16) })
      else { return true }
      return mask & (1 << UInt64(SIGINT - 1)) == 0
    }
    #expect(isTaken)
  }

  func wait() throws -> Outcome {
    process.waitUntilExit()
    let texts = try files.map { String(decoding: try Data(contentsOf: $0), as: UTF8.self) }
    return Outcome(status: process.terminationStatus, output: texts[0], errors: texts[1])
  }

  static func run(
    _ arguments: [String], in folder: URL, environment: [String: String] = [:], output: URL? = nil
  ) throws -> Outcome {
    try LaconicProcess(arguments, in: folder, environment: environment, output: output).wait()
  }
}
