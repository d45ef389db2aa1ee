import ArgumentParser
import Foundation
import PipelineCore
import Stages

/// The pipeline file and the overrides, for every command that reads one.
struct PipelineOptions: ParsableArguments {
  @Argument(
    help: "The pipeline, a YAML file.",
    completion: .file(extensions: ["yaml", "yml"]))
  var file: String

  @Option(
    name: .customLong("set"), parsing: .singleValue,
    help: ArgumentHelp(
      "Override a field: STAGE.field.field=VALUE, checked as the file is. May be repeated.",
      valueName: "path=value"))
  var overrides: [String] = []

  /// Reads and validates the pipeline; mistakes are printed, all at once.
  /// - Throws: `ExitCode.badPipeline`.
  func load() throws -> Pipeline {
    let url = URL(fileURLWithPath: file)
    let source: SourceFile
    do {
      let bytes = try Data(contentsOf: url)
      source = try SourceFile(name: file, bytes: bytes)
    } catch let diagnostic as Diagnostic {
      report([diagnostic])
      throw ExitCode.badPipeline
    } catch {
      Terminal.error.print("laconic: cannot read '\(file)': \(Self.reason(for: error, at: url))")
      throw ExitCode.badPipeline
    }
    let (pipeline, diagnostics) = Pipeline.load(
      source, overrides: overrides, kinds: .builtIn, directory: url.deletingLastPathComponent())
    if !diagnostics.isEmpty { report(diagnostics) }
    guard let pipeline, !diagnostics.hasErrors else { throw ExitCode.badPipeline }
    return pipeline
  }

  private func report(_ diagnostics: [Diagnostic]) {
    let printer = DiagnosticPrinter(usesColor: Terminal.error.usesColor)
    Terminal.error.print(printer.render(diagnostics))
    let errors = diagnostics.count { $0.severity == .error }
    if errors > 1 { Terminal.error.print("\(errors) errors") }
  }

  private static func reason(for error: any Error, at url: URL) -> String {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder) else {
      return "there is no such file"
    }
    return isFolder.boolValue ? "it is a folder" : "it may not be read"
  }
}
