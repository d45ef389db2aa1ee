import Fields
import Foundation
import PipelineCore

/// Runs a stage's program from start to end: arguments, environment, log, limits.
struct Program {
  /// Seconds between the request to end and the forced end of a program.
  static let grace = 10.0

  private let command: [String]
  private let variables: [String: String]
  private let folder: ProgramFolder
  private let context: any StageContext

  init(
    _ configuration: CommandKind.Configuration, _ folder: ProgramFolder,
    _ context: any StageContext
  ) {
    self.folder = folder
    self.context = context
    let seed = context.seed
    let threads = context.threads
    command = configuration.command.map { argument in
      ProgramArgument(argument).filled { placeholder in
        switch placeholder {
        case .input(let path): folder.place(ofInput: path)
        case .param(let name): configuration.params[name]?.text ?? ""
        case .output: ProgramFolder.output
        case .seed: String(seed)
        case .threads: String(threads)
        case .unknown(let name): "{\(name)}"
        }
      }
    }
    let environment = ProcessInfo.processInfo.environment
    variables = Dictionary(
      configuration.env.compactMap { name in environment[name].map { (name, $0) } },
      uniquingKeysWith: { first, _ in first })
  }

  /// - Throws: `StageStopped` if the stage is asked to stop; `StageFailure` if the program cannot
  ///   be started, reports failure, or exceeds a limit.
  /// - Returns: the program's output.
  func run() throws -> Data {
    let environment =
      variables.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
      + ["TMPDIR=\(folder.path)/tmp", ProgramMark.variable(for: folder.path)]
    let name = (command[0] as NSString).lastPathComponent
    // Processes that left the process group are found by the folder's mark and ended, because they
    // must not write into the folder any more.
    defer { ProgramMark.endProcesses(of: folder.path) }
    let program: ChildProcess
    do {
      program = try ChildProcess(
        try executable(), arguments: Array(command.dropFirst()), environment: environment,
        folder: folder.path)
    } catch let failure as ChildProcess.Failure {
      throw StageFailure("\(failure)")
    }
    var log = ProgramLog()
    var measured = ContinuousClock.now
    while true {
      let ending = program.wait(seconds: 0.05) { log.add($0) }
      context.show(log: log.bytes)
      switch ending {
      case .exited(0): return log.bytes
      case .exited(let status):
        throw StageFailure("\(name) ended with status \(status)\(log.ending)")
      case .signalled(let signal):
        throw StageFailure(
          "\(name) was ended by signal \(signal) (\(String(cString: strsignal(signal))))"
            + log.ending)
      case nil: break
      }
      if context.isAskedToEnd {
        program.end(grace: Self.grace) { log.add($0) }
        context.show(log: log.bytes)
        try context.leaveIfAsked()
      }
      if let limit = context.limits.maxResidentSize?.bytes,
        ContinuousClock.now - measured > .milliseconds(200)
      {
        measured = .now
        if let held = program.residentMemory, held > limit {
          program.end(grace: Self.grace) { log.add($0) }
          throw StageFailure(
            "\(name) holds \(NumberFormat.bytes(held)) of memory, more than its max_rss of "
              + NumberFormat.bytes(limit))
        }
      }
    }
  }

  /// The path of the executable. A plain name is searched in `PATH`; a relative path starts at the
  /// program's folder.
  private func executable() throws -> String {
    let name = command[0]
    if name.contains("/") {
      let path = name.hasPrefix("/") ? name : folder.path + "/" + name
      // A copied script has lost its permission to execute.
      if !name.hasPrefix("/") { chmod(path, 0o700) }
      return path
    }
    let places = (variables["PATH"] ?? "/usr/local/bin:/usr/bin:/bin").split(separator: ":")
      .filter { $0.hasPrefix("/") }.map { "\($0)/\(name)" }
    for path in places {
      var isFolder: ObjCBool = false
      if FileManager.default.isExecutableFile(atPath: path),
        FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue
      {
        return path
      }
    }
    throw StageFailure(
      "no program '\(name)' in PATH"
        + (variables["PATH"] == nil ? ", which 'env' does not name" : ""))
  }
}

/// The output of a program up to a limit, and its last lines.
struct ProgramLog {
  static let limit = 4 << 20
  private static let tailSize = 4096

  private(set) var bytes = Data()
  private var tail = Data()
  private var isFull = false

  mutating func add(_ printed: UnsafeRawBufferPointer) {
    tail = (tail + printed.suffix(Self.tailSize)).suffix(Self.tailSize)
    guard !isFull else { return }
    bytes.append(contentsOf: printed.prefix(Self.limit - bytes.count))
    if bytes.count >= Self.limit {
      isFull = true
      bytes.append(contentsOf: "\n(what it printed after this is not kept)\n".utf8)
    }
  }

  /// The last lines as the end of a sentence, `: LINE | LINE`; empty if there was no output.
  var ending: String {
    let text = String(decoding: tail, as: UTF8.self)
    let lines = text.split(whereSeparator: \.isNewline)
      .map { $0.filter { !$0.isASCII || $0 >= " " }.prefix(200) }
      .filter { !$0.allSatisfy(\.isWhitespace) }
    return lines.isEmpty ? "" : ": " + lines.suffix(3).joined(separator: " | ")
  }
}
