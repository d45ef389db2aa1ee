import Algorithms
import Fields
import Foundation
import OrderedCollections
package import PipelineCore
import Reporting

/// The differences between two runs: the fields that decide results, and the results of evaluations
/// that both runs have, on the questions that both answered.
package struct RunDifference {
  /// A field with different values in the two runs, named by its stage and path.
  package struct Field: Sendable, Hashable {
    package let path: String
    package let before: String
    package let now: String
  }

  /// The change of one metric on one split.
  package struct Change: Sendable {
    package let metric: any Metric
    package let split: String
    package let before: Double
    package let now: Double
    package let interval: ClosedRange<Double>?
    /// The probability of a change at least this large if there is no true change, computed from
    /// the same estimate as the interval.
    package let pValue: Double?
  }

  /// A question whose majority changed: one run answers it correctly in more than half of its
  /// responses, the other does not.
  package struct Flip: Sendable {
    package let split: String
    package let prompt: String
    package let isRightNow: Bool
    /// Mean lengths of its responses; nil where they are not known.
    package let tokensBefore: Double?
    package let tokensNow: Double?
  }

  package struct Evaluation: Sendable {
    package let name: String
    package let questions: Int
    /// The seeds that both runs have; 0 where they have none in common, and all are compared.
    package let seeds: Int
    package let metrics: [Change]
    package let flips: [Flip]
  }

  package let fields: [Field]
  /// Points that only one of the runs has.
  package let onlyBefore: [String]
  package let onlyNow: [String]
  package let evaluations: [Evaluation]
  /// Reasons why the comparison may be unfair, one sentence each.
  package let cautions: [String]

  package var isEmpty: Bool {
    fields.isEmpty && onlyBefore.isEmpty && onlyNow.isEmpty && evaluations.isEmpty
      && cautions.isEmpty
  }

  /// - Throws: `StoreError` if results cannot be read; `ResolvedGraph.Unusable` for a run that did
  ///   not record its pipeline.
  package init(from before: RunRecord, to now: RunRecord, in store: Store) throws {
    let old = try Side(before, store)
    let new = try Side(now, store)
    onlyBefore = old.addresses.filter { new.points[$0] == nil }
    onlyNow = new.addresses.filter { old.points[$0] == nil }
    let shared = old.addresses.filter { new.points[$0] != nil }
    fields = Self.fields(shared, old, new)
    var evaluations: [Evaluation] = []
    let texts = SettingTexts((old.evaluations + new.evaluations).map(\.row))
    for (row, own) in old.evaluations {
      let name = row.title(texts)
      guard let other = new.evaluations.first(where: { $0.row.title(texts) == name })?.inputs else {
        continue
      }
      if own.map(\.artifact.digest) == other.map(\.artifact.digest) { continue }
      if let found = try Self.evaluation(name, own, other) { evaluations.append(found) }
    }
    self.evaluations = evaluations
    cautions = Self.cautions(shared, old, new)
  }

  /// One of the two runs that are compared.
  private struct Side {
    let run: RunRecord
    let addresses: [String]
    var points: [String: (point: StagePoint, made: RunRecord.Point)] = [:]
    var evaluations: [(row: ResultGrid.Row, inputs: [CollectedInput])] = []

    init(_ run: RunRecord, _ store: Store) throws {
      self.run = run
      let graph = try ResolvedGraph.decode(try store.resolved(of: run), kinds: .builtIn)
      addresses = graph.points.map(\.address)
      var inputs: [CollectedInput] = []
      for (point, made) in zip(graph.points, run.points) {
        points[point.address] = (point, made)
        guard let digest = made.artifact, point.kind.output(of: point.config) == .responses else {
          continue
        }
        inputs.append(
          CollectedInput(
            label: point.stage, stage: point.stage, point: point.point,
            artifact: try store.artifact(digest)))
      }
      evaluations = OrderedDictionary(
        grouping: inputs, by: { ResultGrid.row($0.label, $0.point) }
      ).map { ($0.key, $0.value) }
    }

    /// The lines of a point's key that come from the pipeline file: fields, seed and kind, without
    /// its inputs.
    func lines(_ address: String) -> [(path: String, text: String)] {
      guard let (point, _) = points[address] else { return [] }
      return StageKey.compute(point: point, inputs: [], fingerprint: "").preimage
        .filter { $0.path != "key.format" && $0.path != "pipeline.numerics.fingerprint" }
        .map { ($0.path, $0.text) }
    }
  }

  /// The fields that differ. A field that differs in the same way at every point of a stage is
  /// listed once, by the stage's name.
  private static func fields(_ addresses: [String], _ old: Side, _ new: Side) -> [Field] {
    let found = addresses.flatMap { address -> [(stage: String, address: String, field: Field)] in
      let before = Dictionary(old.lines(address), uniquingKeysWith: { $1 })
      let now = Dictionary(new.lines(address), uniquingKeysWith: { $1 })
      let stage = old.points[address]?.point.stage ?? address
      return Set(before.keys).union(now.keys).sorted().compactMap { path in
        guard before[path] != now[path] else { return nil }
        return (
          stage, address,
          Field(
            path: path, before: before[path] ?? "(not set)", now: now[path] ?? "(not set)")
        )
      }
    }
    let counts = Dictionary(grouping: addresses) { old.points[$0]?.point.stage ?? $0 }
    return OrderedDictionary(grouping: found) {
      [$0.stage, $0.field.path, $0.field.before, $0.field.now]
    }
    .flatMap { _, group -> [Field] in
      let isAll = group.count == counts[group[0].stage]?.count
      return (isAll ? Array(group.prefix(1)) : group).map { entry in
        Field(
          path: "\(isAll ? entry.stage : entry.address).\(entry.field.path)",
          before: entry.field.before, now: entry.field.now)
      }
    }
  }

  // MARK: Results

  private static func evaluation(
    _ name: String, _ before: [CollectedInput], _ now: [CollectedInput]
  ) throws -> Evaluation? {
    let old = try EvaluationResults(before)
    let new = try EvaluationResults(now)
    var metrics: [Change] = []
    var flips: [Flip] = []
    var questions = 0
    var seeds = 0
    for split in old.splits.filter(new.splits.contains) {
      let filter = ResultFilter(splits: [split])
      for metric in Metrics.inDiff {
        guard let a = old.grid(of: metric, filter), let b = new.grid(of: metric, filter) else {
          continue
        }
        let shared = Set(b.questions).intersection(a.questions)
        let grids = GridEstimate.underSharedSeeds(
          [b, a].map { $0.restricted(toQuestions: shared) })
        guard
          let change = GridEstimate(
            of: grids, form: .difference, statistic: { $0[0] - $0[1] }),
          let x = grids[0].value, let y = grids[1].value
        else { continue }
        if metric is Accuracy {
          questions += shared.count
          seeds = max(seeds, GridEstimate.sharedSeeds(of: [a, b]).count)
          let names = grids[1].questions
          let right = Dictionary(
            uniqueKeysWithValues: zip(grids[0].questions, grids[0].isMostlyRight))
          flips += Self.flips(
            names, split, grids[1].isMostlyRight, names.map { right[$0] ?? false }, old, new)
        }
        metrics.append(
          Change(
            metric: metric, split: split, before: y, now: x, interval: change.interval(),
            pValue: change.pValue))
      }
    }
    guard questions > 0 else { return nil }
    return Evaluation(
      name: name, questions: questions, seeds: seeds,
      metrics: metrics, flips: flips)
  }

  private static func flips(
    _ names: [String], _ split: String, _ before: [Bool], _ now: [Bool],
    _ old: EvaluationResults, _ new: EvaluationResults
  ) -> [Flip] {
    let filter = ResultFilter(splits: [split])
    let lengths = [old, new].map { results in
      Dictionary(grouping: results.records(filter), by: \.questionName)
        .compactMapValues { responses in
          responses.allSatisfy(\.hasLength)
            ? Statistics.mean(responses.map { Double($0.tokenCount) }) : nil
        }
    }
    return names.indices.filter { before[$0] != now[$0] }.map { index in
      Flip(
        split: split, prompt: String(names[index].drop { $0 != "\n" }.dropFirst()),
        isRightNow: now[index], tokensBefore: lengths[0][names[index]],
        tokensNow: lengths[1][names[index]])
    }
  }

  // MARK: Fairness

  private static func cautions(_ addresses: [String], _ old: Side, _ new: Side) -> [String] {
    var cautions: [String] = []
    for address in addresses {
      guard let (point, made) = old.points[address], let (other, again) = new.points[address]
      else { continue }
      let output = point.kind.output(of: point.config)
      if output == .problems, let a = made.artifact, let b = again.artifact, a != b {
        cautions.append("the problems of '\(address)' are not the same")
      }
      guard output == .responses else { continue }
      if point.config["sampling"] != other.config["sampling"] {
        cautions.append("'\(address)' draws its responses differently")
      }
      if point.config["strategy"] != other.config["strategy"] {
        cautions.append("'\(address)' scores its responses differently")
      }
      if point.kind.name != other.kind.name { cautions.append("'\(address)' is another kind") }
    }
    if old.run.engine != new.run.engine {
      cautions.append("Laconic \(old.run.engine) made one run, \(new.run.engine) the other")
    }
    return cautions.uniqued(on: \.self)
  }
}

extension SeedQuestionGrid {
  /// For each question, true if more than half of its responses are correct.
  fileprivate var isMostlyRight: [Bool] {
    questions.indices.map { question in
      let sum = seeds.indices.reduce(into: Moments()) {
        $0.add(cells[$1 * questions.count + question])
      }
      return (sum.figure(.mean) ?? 0) > 0.5
    }
  }
}
