package import ArgumentParser
import Fields
import Foundation
import PipelineCore
import Stages

/// Copies a model folder, responses or a table out of the store.
package struct Export: ParsableCommand {
  package static let configuration = CommandConfiguration(
    abstract: "Copy a stage's result out of the store.",
    usage: """
      laconic export <run> <stage> <folder> [--merge] [--precision <precision>]
                     [--store <folder>]
      laconic export --tensorboard <run> [<stage>] <folder> [--store <folder>]
      """,
    discussion: """
      STAGE is an address as the run printed it. A model becomes a Hugging Face \
      folder, an adapter (LoRA) a folder in PEFT's layout, or with --merge a whole model.

      With --tensorboard, the figures of all trainings and evaluations become event \
      files, a folder for each point of a stage. Repeat it to update them.

      Examples:
        laconic export latest table ./table
        laconic export latest 'rl[alpha=0.1]' ./model
        laconic export latest sft ./merged --merge --precision bfloat16
        laconic export --tensorboard latest ./tb && tensorboard --logdir ./tb
      """)

  @Argument(
    help: ArgumentHelp(
      "A run: 'latest', or the beginning of an id that 'status --list' shows.", valueName: "run"))
  var runName: String

  @Argument(help: "The stage, or one point of it: 'rl[alpha=0.1]'.")
  var stage: String

  @Argument(
    help: ArgumentHelp("The folder to write; it must be new or empty.", valueName: "folder"),
    completion: .directory)
  var place: String?

  @Flag(help: "Write event files for TensorBoard; only the figures of a stage if it is given.")
  var tensorboard = false

  @Flag(help: "Add an adapter to the weights of its base, and write the whole model.")
  var merge = false

  @Option(
    help: ArgumentHelp(
      "The precision of merged weights: \(AdapterExport.precisions.joined(separator: ", ")).",
      valueName: "precision"))
  var precision: String?

  @OptionGroup var store: StoreOptions

  package init() {}

  /// The folder, which follows the run where all stages are exported.
  private var folder: String { place ?? stage }

  package func validate() throws {
    guard tensorboard || place != nil else {
      throw ValidationError("missing expected argument '<folder>'")
    }
    if tensorboard, merge || precision != nil {
      throw ValidationError("'--merge' and '--precision' are for models, not for '--tensorboard'")
    }
    if let precision, !AdapterExport.precisions.contains(precision) {
      throw ValidationError(
        UnknownName("precision", precision, among: AdapterExport.precisions).message)
    }
    if precision != nil, !merge {
      throw ValidationError("'--precision' is that of merged weights; add '--merge'")
    }
  }

  package func run() throws {
    try CurrentFolder.check(for: folder)
    let store = try store.read()
    if tensorboard { return try writeEvents(store) }
    let point = try point(of: try store.run(runName))
    guard let artifact = point.artifact else {
      throw StageFailure(
        "'\(point.address)' has no result yet: \(point.outcome?.name ?? "it is not done")")
    }
    try AdapterExport.write(
      artifact, of: store, merge: merge, precision: precision, to: URL(fileURLWithPath: folder))
    Terminal.output.print("\(point.address) → \(folder)")
  }

  private func writeEvents(_ store: Store) throws {
    let run = try store.run(runName)
    let export = try TensorBoardExport(
      of: run, in: store, points: place == nil ? nil : try run.indices(of: stage))
    try export.write(to: URL(fileURLWithPath: folder))
    Terminal.output.print("\(run.id), \(counted(export.files.count, "stage point")) → \(folder)")
  }

  private func point(of record: RunRecord) throws -> RunRecord.Point {
    let points = try record.points(named: stage)
    guard points.count == 1 else {
      throw StageFailure(
        "stage '\(stage)' has several points; expected one of "
          + points.map { "'\($0.address)'" }.joined(separator: ", "))
    }
    return points[0]
  }
}
