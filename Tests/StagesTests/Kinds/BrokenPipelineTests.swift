import Foundation
import PipelineCore
import Stages
import TestSupport
import Testing

/// For any content of a pipeline's file, the answer is a pipeline or an error with a place; never a
/// crash, silence or a long wait. `make fuzz` searches for cases that this test does not find.
@Suite(.timeLimit(.minutes(120))) struct `A broken pipeline` {
  private static let random = SeededRandom.seed
  private static let isFull = ProcessInfo.processInfo.environment["LACONIC_TORTURE"] != nil

  @Test func `of any sort is answered by an error with its place`() throws {
    let seeds =
      try [MiniPipeline.yaml]
      + `Pipelines`.shipped.map {
        try String(contentsOf: `Pipelines`.folder.appendingPathComponent($0), encoding: .utf8)
      }
    var mutator = TextMutator(seeds: seeds, random: Self.random)
    let printer = DiagnosticPrinter()
    var sound = 0
    for number in 0..<(Self.isFull ? 100_000 : 2_000) {
      let bytes = mutator.text()
      let comment: Comment = "LACONIC_SEED=\(Self.random), text \(number)"
      var (pipeline, diagnostics): (Pipeline?, [Diagnostic]) = (nil, [])
      var text = ""
      let took = processorSeconds {
        (pipeline, diagnostics) = read(bytes)
        text = printer.render(diagnostics)
      }
      // The target is 50 ms.
      #expect(took < 5, comment)
      #expect((pipeline == nil) == diagnostics.hasErrors, comment)
      #expect((pipeline == nil) == text.contains("error:"), comment)
      for diagnostic in diagnostics {
        let range = diagnostic.range
        #expect(range.line >= 1 && range.column >= 1, comment)
        #expect(range.line <= diagnostic.file.lines.count, comment)
        let length = diagnostic.file.line(range.line)?.unicodeScalars.count ?? 0
        #expect(range.column <= length + 1, comment)
      }
      // The same text gives the same answer.
      if number % 50 == 0 { #expect(printer.render(read(bytes).diagnostics) == text, comment) }
      if pipeline != nil { sound += 1 }
    }
    // Some mutations leave the pipeline valid, so that rules between fields are reached too.
    #expect(sound > 10)
  }

  private func read(_ bytes: [UInt8]) -> (pipeline: Pipeline?, diagnostics: [Diagnostic]) {
    do {
      return Pipeline.load(
        try SourceFile(name: "p.yaml", bytes: bytes), kinds: .builtIn,
        directory: URL(fileURLWithPath: "/nowhere"))
    } catch {
      return (nil, [error])
    }
  }
}
