package import Fields
package import Foundation

/// The changes of a trial to a stage, so that it works on a few items.
package protocol TrialScope: Sendable {
  /// The fields with which a point runs.
  /// - Parameter isTried: false for a point upstream of the one that is tried.
  func config(of point: StagePoint, isTried: Bool) -> FieldValue
  /// The artifact of an input of the point that is tried, with fewer items.
  func narrowed(_ artifact: any ArtifactReader, role: String, of point: StagePoint)
    -> any ArtifactReader
  /// The number of steps after which work in steps ends; nil for work that is done as a whole.
  func steps(of point: StagePoint) -> Int?
}

/// A point that is run on a few items, with nothing written to a store: its inputs are read from
/// the store where they are there, and what is quick to make is made in memory.
package struct Trial: Sendable {
  /// The result of a trial.
  package struct Result: Sendable {
    package let point: StagePoint
    /// The artifact; nil for work that ended before its last step.
    package let artifact: MemoryArtifact?
    package let log: Data
    /// The sentences that the stage told.
    package let sentences: [String]
    /// The examples that the stage showed of its work, in order.
    package let examples: [StageExample]
    /// The addresses of the points that were made for the trial, since the store has no result of
    /// them.
    package let made: [String]
    package let seconds: Double
  }

  /// The reason why a point cannot be tried.
  package enum Obstacle: Error, Sendable, Hashable, CustomStringConvertible {
    /// Inputs that the store does not have and that take long to make, by address.
    case missing([String], of: String)
    case runsProgram(String)

    package var description: String {
      switch self {
      case .missing(let addresses, let point):
        "\(point.quoted) needs \(addresses.map(\.quoted).joined(separator: ", ")), and the store "
          + "has no result of \(addresses.count == 1 ? "it" : "them")"
      case .runsProgram(let address):
        "\(address.quoted) runs a program, which is not tried: its work could be seen only in the "
          + "files that it writes"
      }
    }
  }

  private let graph: StageGraph
  private let store: Store
  private let scope: any TrialScope
  private let fingerprint: @Sendable (Numerics) -> String
  private let threads: Int

  /// - Parameter store: is only read.
  package init(
    _ graph: StageGraph, store: Store, scope: any TrialScope,
    fingerprint: @escaping @Sendable (Numerics) -> String,
    threads: Int = ProcessInfo.processInfo.activeProcessorCount
  ) {
    self.graph = graph
    self.store = store
    self.scope = scope
    self.fingerprint = fingerprint
    self.threads = threads
  }

  /// Runs a point, on a thread with the stack of a run's.
  /// - Throws: `Obstacle`, or the error of a stage.
  package func run(_ index: Int) throws -> Result {
    let outcome = AwaitedResult<Result>()
    let thread = Thread { outcome.set(Swift.Result { try perform(index) }) }
    thread.stackSize = LocalExecutor.stackSize
    thread.start()
    return try outcome.wait()
  }

  private func perform(_ target: Int) throws -> Result {
    let point = graph.points[target]
    if point.kind.runsPrograms { throw Obstacle.runsProgram(point.address) }
    var resolver = PointResolver(graph: graph, store: store, fingerprint: fingerprint)
    var artifacts: [Int: any ArtifactReader] = [:]
    var made: [String] = []
    for index in graph.upstream(of: [target]).sorted() where index != target {
      let upstream = graph.points[index]
      guard upstream.dependencies.allSatisfy({ artifacts[$0] != nil }) else { continue }
      let key = try resolver.key(of: upstream) { artifacts[$0]?.digest }
      if case .hit(let stored) = store.lookup(key.hex) {
        artifacts[index] = stored
      } else if !upstream.kind.usesNumerics, !upstream.kind.runsPrograms {
        artifacts[index] = try work(upstream, &resolver, artifacts, isTried: false).artifact
        made.append(upstream.address)
      }
    }
    let missing = point.dependencies.filter { artifacts[$0] == nil }
    guard missing.isEmpty else {
      throw Obstacle.missing(missing.map { graph.points[$0].address }, of: point.address)
    }
    let start = ContinuousClock.now
    let (artifact, stage) = try work(point, &resolver, artifacts, isTried: true)
    return Result(
      point: point, artifact: artifact, log: stage.log, sentences: stage.sentences,
      examples: stage.examples, made: made, seconds: (ContinuousClock.now - start).inSeconds)
  }

  /// Runs the kind of a point.
  /// - Returns: the artifact, or nil for work that ended before its last step.
  private func work(
    _ point: StagePoint, _ resolver: inout PointResolver,
    _ artifacts: [Int: any ArtifactReader], isTried: Bool
  ) throws -> (artifact: MemoryArtifact?, stage: TrialStage) {
    var job = try StageJob(
      point, key: nil, threads: min(threads, point.wantedThreads ?? threads), resolver: &resolver,
      artifact: { artifacts[$0] })
    if isTried {
      for place in job.inputs.indices {
        let input = job.inputs[place]
        job.inputs[place].artifact = scope.narrowed(input.artifact, role: input.role, of: point)
      }
    }
    let stage = TrialStage(
      job, config: scope.config(of: point, isTried: isTried),
      fingerprint: fingerprint(point.numerics), salt: try store.salt(),
      steps: isTried ? scope.steps(of: point) : nil)
    do {
      try point.kind.run(stage)
    } catch is StageStopped {
      return (nil, stage)
    } catch  where !isTried {
      throw StageFailure("\(point.address): \(error.inWords)")
    }
    let type = point.kind.output(of: stage.config)
    return (MemoryArtifact(type: type, stage.folder.contents), stage)
  }
}
