import Fields
import Foundation
import PipelineCore
import Reasoning

/// The cells that store the responses to some problems. Each sample is one cell, which holds its
/// one record or, under budgets, all its records.
///
/// The policy, the settings, the prompt, the seed and the sample's number decide a sample. Under
/// `blas`, or with a rounded KV cache, its bits may also depend on the samples drawn in the same
/// slice. In that case the whole slice is in its key. The reference answer, the verifier and the
/// rules that find answers decide no response: a stored one is graded anew by those of today.
struct ResponseCells {
  /// The samples of one problem that are still to be drawn.
  struct MissingSamples {
    var index: Int
    var problem: Problem
    var samples: Range<Int>
  }

  private let problems: [Problem]
  private let format: any ResponseFormat
  private let numGenerations: Int
  private let recordsPerSample: Int
  private let seed: UInt64
  private let cells: CellCache
  /// For each problem, a digest of the slice it is drawn in; nil if samples do not depend on the
  /// slice.
  private let sliceDigests: [FieldValue]?

  /// - Parameter isSliced: false if samples never depend on what is drawn together with them.
  init(
    _ problems: [Problem], _ task: SamplingTask, purpose: String, in context: any StageContext,
    isSliced: Bool = true
  ) throws {
    let site = Site(
      purpose: purpose, sampling: context.config["sampling"], seed: context.seed,
      numerics: context.numerics)
    try self.init(problems, task, at: site, isSliced: isSliced) {
      try context.cells(from: [RoleName.policy], $0)
    }
  }

  /// The values of a stage that its cells depend on besides its task.
  struct Site {
    /// The purpose of the random numbers.
    let purpose: String
    /// The written fields of `sampling`.
    let sampling: FieldValue
    let seed: UInt64
    let numerics: Numerics
  }

  /// - Parameter open: opens the cells of the policy's space with these settings.
  init(
    _ problems: [Problem], _ task: SamplingTask, at site: Site, isSliced: Bool = true,
    open: (_ settings: FieldValue) throws -> CellCache
  ) throws {
    let sampling = task.sampling
    self.problems = problems
    format = sampling.format
    numGenerations = sampling.numGenerations
    recordsPerSample = task.budgets.recordsPerSample(drawnByPrior: task.drawsBudget)
    seed = site.seed
    cells = try open(Self.settings(of: task, at: site))
    guard isSliced, site.numerics == .blas || sampling.kvCache != .fp32 else {
      sliceDigests = nil
      return
    }
    sliceDigests = Self.sliced(Array(problems.indices)).flatMap { slice in
      let digest = FieldValue.map([
        "num_generations": .int(sampling.numGenerations),
        "problems": .list(slice.map { problems[$0].drawingIdentity }),
      ]).digest
      return slice.map { _ in FieldValue.string(digest) }
    }
  }

  /// The settings that name the space of a task's cells.
  static func settings(of task: SamplingTask, at site: Site) -> FieldValue {
    let (sampling, budgets) = (task.sampling, task.budgets)
    let settings = SamplingConfiguration.descriptor
      .keyed(site.sampling, numerics: site.numerics)
      .removing(["num_generations"])
    var space: [String: FieldValue] = ["purpose": .string(site.purpose), "sampling": settings]
    let format = sampling.format.drawingIdentity
    if !format.isAbsent { space["response_format"] = format }
    if budgets.mode != .none {
      space["budgets"] = budgets.cellSettings(sampling, drawsBudget: task.drawsBudget)
    }
    return .map(space)
  }

  /// The records of a problem's samples that were drawn before, from sample 0 up to the first gap,
  /// graded anew.
  func responses(to index: Int, split: String) -> [[ResponseRecord]] {
    var samples: [[ResponseRecord]] = []
    while samples.count < numGenerations,
      let value = cells.value(for: key(index, sample: samples.count)),
      // A value of another shape counts as missing, so the sample is drawn again.
      let records = try? JSONLines.decode(ResponseRecord.self, from: value),
      records.count == recordsPerSample,
      records.allSatisfy({ $0.sample == samples.count }),
      let graded = try? records.map({
        try $0.with(split: split).regraded(for: problems[index], in: format)
      })
    {
      samples.append(graded)
    }
    return samples
  }

  /// - Parameter records: all records of one sample, without a split.
  func add(_ records: [ResponseRecord], to index: Int) {
    guard let sample = records.first?.sample else { return }
    let lines = records.map(\.json.compact).joined(separator: "\n")
    cells.add(key(index, sample: sample), Data(lines.utf8))
  }

  /// A server's stored response, graded anew; nil if it is missing. Each is a cell of its own, also
  /// those of one sample under several budgets.
  func response(_ asked: AskedResponse, split: String) -> ResponseRecord? {
    guard let value = cells.value(for: key(asked)),
      let record = try? JSONLines.decode(ResponseRecord.self, from: value).first,
      record.sample == asked.sample, record.budget == asked.budget
    else { return nil }
    return try? record.with(split: split).regraded(for: problems[asked.item], in: format)
  }

  /// - Parameter record: the response, without a split.
  func add(_ record: ResponseRecord, to asked: AskedResponse) {
    cells.add(key(asked), Data(record.json.compact.utf8))
  }

  private func key(_ asked: AskedResponse) -> FieldValue {
    key(asked.item, sample: asked.sample, budget: asked.budget)
  }

  func commit() throws { try cells.commit() }

  /// The samples still to be drawn, in slices: the missing samples of each problem, or whole slices
  /// if samples depend on their slice.
  /// - Parameter counts: the number of samples that each problem already has.
  func slices(missing counts: [Int]) -> [[MissingSamples]] {
    let slices: [[Int]]
    if sliceDigests == nil {
      slices = Self.sliced(problems.indices.filter { counts[$0] < numGenerations })
    } else {
      slices = Self.sliced(Array(problems.indices)).filter { slice in
        slice.contains { counts[$0] < numGenerations }
      }
    }
    return slices.map { slice in
      slice.map { index in
        let first = sliceDigests == nil ? counts[index] : 0
        return MissingSamples(
          index: index, problem: problems[index], samples: first..<numGenerations)
      }
    }
  }

  private static func sliced(_ indices: [Int]) -> [[Int]] {
    stride(from: 0, to: indices.count, by: ResponseSampling.problemsPerSlice).map {
      Array(indices[$0..<min($0 + ResponseSampling.problemsPerSlice, indices.count)])
    }
  }

  private func key(_ index: Int, sample: Int, budget: Int? = nil) -> FieldValue {
    var members: [String: FieldValue] = [
      "problem": problems[index].drawingIdentity, "sample": .int(sample),
      "seed": .int(Int(truncatingIfNeeded: seed)), "slice": sliceDigests?[index] ?? .absent,
    ]
    if let budget { members["budget"] = .int(budget) }
    return .map(members)
  }
}
