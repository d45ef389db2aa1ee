import Fields
package import Foundation
package import PipelineCore
import Reporting

/// A run's figures as files that TensorBoard opens: a folder for each point of a stage that trains
/// or evaluates, with its fields as a text.
///
/// - A training has a scalar for every figure of its log, at the steps of the log.
/// - An evaluation has a scalar for every number of `evaluation.json`, such as `test/accuracy`, at
///   the last step of the model that it evaluates; numbers at budgets are at the budget's tokens.
///
/// Artifacts hold no times. The first event of a point is at the time at which the run began the
/// point; the steps are spread evenly over the seconds that it took. A cache hit took none.
package struct TensorBoardExport {
  /// The files, by path `ADDRESS/NAME`.
  package let files: [(path: String, bytes: Data)]

  /// The most numbers of one evaluation that become scalars.
  private static let scalarLimit = 10_000

  /// - Parameter chosen: the positions of the points in the run; nil for all.
  /// - Throws: `StageFailure` if nothing was logged yet, `ResolvedGraph.Unusable` for a run that
  ///   did not record its pipeline, and the errors of the store.
  package init(of run: RunRecord, in store: Store, points chosen: [Int]? = nil) throws {
    let graph = try ResolvedGraph.decode(try store.resolved(of: run), kinds: .builtIn)
    var files: [(path: String, bytes: Data)] = []
    for index in chosen ?? Array(run.points.indices) where graph.points.indices.contains(index) {
      let point = graph.points[index]
      let made = run.points[index]
      let begin = (made.started ?? run.started).timeIntervalSince1970
      let scalars: [Scalar]
      do {
        scalars =
          try Self.training(point, made, store)
          + Self.evaluation(point, made, run, graph, store)
      } catch let failure as StageFailure {
        throw StageFailure("'\(made.address)': \(failure)")
      }
      guard !scalars.isEmpty else { continue }
      let description = Self.description(of: point, made, run)
      files.append(
        (
          RunReport.fileName(made.address) + "/"
            + EventFile.name(time: run.started.timeIntervalSince1970),
          Self.file(scalars, description, begin: begin, seconds: made.seconds ?? 0)
        ))
    }
    guard !files.isEmpty else {
      throw StageFailure(
        (chosen == nil ? "the run has no" : "the stage has no")
          + " figures of a training or an evaluation"
          + (run.state == .running ? " yet" : ""))
    }
    self.files = files
  }

  /// Writes the files into a new folder, or into one that this function wrote before.
  /// - Throws: `StoreError.notEmpty` for a folder with other files.
  package func write(to folder: URL) throws {
    try MarkedFolder(
      at: folder, marker: "laconic-tensorboard.txt",
      text: "Written by laconic export --tensorboard, which may write into this folder again.\n"
    ).fill(files, isOutput: EventFile.isName)
  }

  // MARK: Figures

  private struct Scalar {
    let tag: String
    let step: Int
    let value: Double
    /// The share of the point's time that had passed.
    var share = 0.0
  }

  private static func file(
    _ scalars: [Scalar], _ description: String, begin: Double, seconds: Double
  ) -> Data {
    var file = EventFile(time: begin)
    file.add("config", text: description, step: 0, time: begin)
    for scalar in scalars {
      file.add(
        scalar.tag, scalar.value, step: scalar.step, time: begin + scalar.share * seconds)
    }
    return file.data
  }

  /// The figures of a training's log, also of one that is not finished; none for another kind.
  private static func training(
    _ point: StagePoint, _ made: RunRecord.Point, _ store: Store
  ) throws -> [Scalar] {
    guard point.kind is any TrainingKind else { return [] }
    let rows = try rows(of: made, store)
    return rows.enumerated().flatMap { index, row in
      row.figures.sorted { $0.key < $1.key }.filter { $0.key != "step" && $0.value.isFinite }
        .map { name, value in
          Scalar(
            tag: name, step: row.step, value: value,
            share: Double(index + 1) / Double(rows.count))
        }
    }
  }

  private static func rows(of made: RunRecord.Point, _ store: Store) throws -> [TrainingLog.Row] {
    if let digest = made.artifact { return try TrainingLog.rows(of: store.artifact(digest)) }
    guard let key = made.key else { return [] }
    // A line without a line end is still being written.
    let log = try store.liveLog(key, from: 0)
    let end = log.lastIndex(of: UInt8(ascii: "\n")) ?? log.startIndex
    return try TrainingLog.rows(in: Data(log[..<end]))
  }

  /// The numbers of an evaluation; none for another artifact.
  private static func evaluation(
    _ point: StagePoint, _ made: RunRecord.Point, _ run: RunRecord, _ graph: StageGraph,
    _ store: Store
  ) throws -> [Scalar] {
    guard let digest = made.artifact else { return [] }
    let artifact = try store.artifact(digest)
    guard artifact.files.contains(EvaluationReport.path) else { return [] }
    let report: JSONText
    do {
      report = try JSONText(parsing: artifact.read(EvaluationReport.path))
    } catch let error as JSONTextError {
      throw StageFailure("\(EvaluationReport.path): \(error.inWords)")
    }
    let step = try evaluatedStep(of: point, run, graph, store)
    var scalars: [Scalar] = []
    for split in report["splits"]?.arrayValue ?? [] {
      add(split, [split["name"]?.stringValue ?? "split"], step, to: &scalars)
    }
    guard scalars.count <= scalarLimit else {
      throw StageFailure("\(EvaluationReport.path) has more than \(scalarLimit) numbers")
    }
    return scalars
  }

  /// The last step that the evaluated model logged; 0 for a model from outside.
  private static func evaluatedStep(
    of point: StagePoint, _ run: RunRecord, _ graph: StageGraph, _ store: Store
  ) throws -> Int {
    for input in point.inputs where input.role == RoleName.policy {
      guard case .point(let index) = input.source, run.points.indices.contains(index),
        graph.points[index].kind is any TrainingKind
      else { continue }
      return try rows(of: run.points[index], store).last?.step ?? 0
    }
    return 0
  }

  /// Adds the numbers of a JSON value under the path of their names. The totals of a split and the
  /// budget of a row are no parts of the path.
  private static func add(
    _ value: JSONText, _ path: [String], _ step: Int, to scalars: inout [Scalar]
  ) {
    // One more than the limit shows that there were too many.
    guard scalars.count <= scalarLimit else { return }
    switch value {
    case .int, .double, .float, .number:
      if let number = Double(value.compact), number.isFinite {
        scalars.append(Scalar(tag: path.joined(separator: "/"), step: step, value: number))
      }
    case .object(let members):
      let step = value["budget"]?.intValue ?? step
      for (name, member) in members where !["histogram", "budget"].contains(name) {
        add(member, name == "all" ? path : path + [name], step, to: &scalars)
      }
    case .array(let elements):
      // The rows of a list are told apart by their budgets.
      for element in elements where element["budget"] != nil {
        add(element, path, step, to: &scalars)
      }
    case .null, .bool, .string: break
    }
  }

  // MARK: Fields

  /// The origin of a point and its fields, as Markdown.
  private static func description(
    of point: StagePoint, _ made: RunRecord.Point, _ run: RunRecord
  ) -> String {
    var origin = [
      ("run", run.id), ("pipeline", run.pipeline), ("kind", point.kind.name),
      ("numerics", point.numerics.rawValue),
    ]
    if point.seed != 0 { origin.append(("seed", String(point.seed))) }
    if let key = made.key { origin.append(("key", key)) }
    if let artifact = made.artifact { origin.append(("artifact", artifact)) }
    let fields = RunProvenance.lines(point.config, below: []).map { ($0.path, $0.text) }
    return ReportTable(
      title: made.address,
      columns: ["field", "value"].map { .init($0, alignment: .leading) },
      rows: (origin + fields).map { [.text($0.0), .text($0.1)] }
    ).markdown()
  }
}
