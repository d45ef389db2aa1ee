import ArgumentParser
import Foundation
import PipelineCore
import Stages

/// A pipeline's file and overrides, independent of the options they were given with.
struct PipelineFile {
  let file: String
  let overrides: [String]

  /// Reads and validates the pipeline, and prints all mistakes at once.
  /// - Throws: `ExitCode.badPipeline`.
  func load() throws -> Pipeline { try resolve().pipeline }

  func resolve() throws -> ResolvedPipeline {
    try CurrentFolder.check(for: file)
    let source: SourceFile
    do {
      source = try SourceFile(name: file, bytes: try DiskFiles.bytes(of: file, isPipeAllowed: true))
    } catch let diagnostic as Diagnostic {
      Self.report([diagnostic])
      throw ExitCode.badPipeline
    } catch {
      Terminal.report("cannot read '\(file)': \(error.inWords)")
      throw ExitCode.badPipeline
    }
    let (resolved, diagnostics) = Pipeline.resolve(
      source, overrides: overrides, kinds: .builtIn,
      directory: URL(fileURLWithPath: file).deletingLastPathComponent())
    if !diagnostics.isEmpty { Self.report(diagnostics) }
    guard let resolved, !diagnostics.hasErrors else { throw ExitCode.badPipeline }
    return resolved
  }

  static func report(_ diagnostics: [Diagnostic]) {
    var printer = DiagnosticPrinter(usesColor: Terminal.error.usesColor)
    if Terminal.error.isInteractive { printer.width = Terminal.error.width }
    Terminal.error.print(printer.render(diagnostics))
  }
}

extension Preflight {
  /// Looks at the files from outside that a run would read.
  /// - Throws: `ExitCode.badPipeline` after showing mistakes in them.
  static func checked(_ graph: StageGraph, in store: Store) throws -> Preflight {
    let found = Preflight(
      graph, store: store, fingerprint: { $0.fingerprint },
      name: { CurrentFolder.displayed(URL(fileURLWithPath: $0)) })
    guard found.mistakes.isEmpty else {
      PipelineFile.report(found.mistakes)
      throw ExitCode.badPipeline
    }
    return found
  }
}
