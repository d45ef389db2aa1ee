import Fields
import Foundation
import PipelineCore
import Reasoning

/// The responses of a stage at work, which are committed as cells, in the order of their commits.
struct CellReader {
  /// The most segments that one call reads, so that a large evaluation is not read at once.
  private static let mostSegments = 64
  /// The most responses that are found again by their place.
  private static let mostResponses = 1 << 20

  /// A response's place: its segment, its cell, and its line in the cell.
  private struct Place {
    let segment: Int
    let cell: Int
    let line: Int
  }

  private let store: Store
  private let space: CellSpace
  private let format: any ResponseFormat
  private let numGenerations: Int
  /// The problems of the stage with their splits and order, by their digests.
  private let problems: [UInt64: (order: Int, split: String, problem: Problem)]
  private var places: [Place] = []
  private var seen: Set<Int> = []

  /// Nil if the stage has no cells, or its inputs are not made yet.
  init?(
    of index: Int, in run: RunRecord, _ pipeline: RecordedPipeline, _ store: Store
  ) throws {
    let point = pipeline.graph.points[index]
    guard let kind = point.kind as? any SamplingStageKind,
      let policy = pipeline.digest(of: RoleName.policy, of: index, in: run),
      let digest = pipeline.digest(of: RoleName.problems, of: index, in: run)
    else { return nil }
    let task = kind.task(of: point.config)
    let site = ResponseCells.Site(
      purpose: kind.name, sampling: point.config["sampling"], seed: point.seed,
      numerics: point.numerics)
    self.store = store
    space = CellSpace(
      point: point, fingerprint: pipeline.fingerprint(of: index),
      inputs: [RoleName.policy: policy], settings: ResponseCells.settings(of: task, at: site),
      salt: try store.salt())
    format = task.sampling.format
    numGenerations = task.sampling.numGenerations
    let items = try task.items(in: try store.artifact(digest))
    problems = Dictionary(
      items.enumerated().map { ($1.problem.digest, ($0, $1.split, $1.problem)) },
      uniquingKeysWith: { first, _ in first })
  }

  var count: Int { places.count }

  /// Reads the segments that were committed since.
  /// - Throws: `StoreError` if a segment is damaged; the next call goes on behind it.
  mutating func refresh() throws {
    let fresh = store.segmentNumbers(space).filter { !seen.contains($0) }
    for number in fresh.prefix(Self.mostSegments) where places.count < Self.mostResponses {
      seen.insert(number)
      places += try found(in: number)
    }
  }

  /// The places of a segment's responses to the stage's problems, by problem and sample.
  private func found(in segment: Int) throws -> [Place] {
    let decoder = JSONDecoder()
    decoder.userInfo = [.skipsTokens: true]
    var found: [(order: Int, sample: Int, place: Place)] = []
    for (index, cell) in try store.readSegment(space, segment).enumerated() {
      // A value of another shape is drawn again by the stage.
      guard
        let records = try? JSONLines.decode(ResponseRecord.self, from: cell.value, by: decoder)
      else { continue }
      for (line, record) in records.enumerated() where record.sample < numGenerations {
        guard let order = problems[record.problem.digest]?.order else { continue }
        found.append(
          (order, record.sample, Place(segment: segment, cell: index, line: line)))
      }
    }
    return found.sorted {
      ($0.order, $0.sample, $0.place.line) < ($1.order, $1.sample, $1.place.line)
    }.map(\.place)
  }

  /// The responses at some places, graded by the rules of today, as the stage grades them.
  func read(_ range: Range<Int>) throws -> [ResponseRecord] {
    var segments: [Int: [(name: String, value: Data)]] = [:]
    return try places[range].compactMap { place in
      let cells = try segments[place.segment] ?? store.readSegment(space, place.segment)
      segments[place.segment] = cells
      guard cells.indices.contains(place.cell) else { return nil }
      let lines = cells[place.cell].value.lines
      guard lines.indices.contains(place.line) else { return nil }
      let record = try JSONDecoder().decode(ResponseRecord.self, from: lines[place.line])
      guard let (_, split, problem) = problems[record.problem.digest] else { return record }
      return try record.with(split: split).regraded(for: problem, in: format)
    }
  }
}
