import Foundation
import PipelineCore
import Reasoning
import Stages

/// A pipeline to which every input is applied as a `--set` as well.
private let small = SourceFile(
  name: "small.yaml",
  text: """
    version: 1
    name: small
    stages:
      problems: {kind: problems, families: [chain], splits: {train: {count: 9}}}
      base:
        kind: sft
        inputs: {data: problems}
        split: train
        model: {hidden_size: 16, num_hidden_layers: 1, num_attention_heads: 2, \
        intermediate_size: 24}
        train: {learning_rate: 1e-2, max_steps: 4, prompts_per_step: 4}
    """)

private let nowhere = URL(fileURLWithPath: "/nowhere")

/// What libFuzzer calls with every text it thinks of. Reading it must neither crash nor take long,
/// and must end in a pipeline or in an error with a place.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzPipeline(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  do {
    let source = try SourceFile(name: "p.yaml", bytes: bytes)
    check(Pipeline.load(source, kinds: .builtIn, directory: nowhere))
    check(Pipeline.load(small, overrides: [source.text], kinds: .builtIn, directory: nowhere))
    checkGrading(source.text)
  } catch {
    check((nil, [error]))
  }
  return 0
}

private func check(_ result: (pipeline: Pipeline?, diagnostics: [Diagnostic])) {
  let (pipeline, diagnostics) = result
  precondition((pipeline == nil) == diagnostics.hasErrors)
  for diagnostic in diagnostics {
    precondition(diagnostic.range.line >= 1 && diagnostic.range.column >= 1)
    precondition(diagnostic.range.line <= diagnostic.file.lines.count)
  }
  _ = DiagnosticPrinter().render(diagnostics)
  if let pipeline { _ = StageGraph(pipeline) }
}

/// A text is an answer too, with one verdict that does not change.
private func checkGrading(_ text: String) {
  let verdict = MathGrader.verdict(on: text, reference: "x^2 + 1")
  precondition(verdict == MathGrader.verdict(on: text, reference: "x^2 + 1"))
  precondition(!MathGrader.canRead(text) || MathGrader.agree(text, text))
}
