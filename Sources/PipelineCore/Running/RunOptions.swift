import Foundation

/// The interval at which a stage saves its state.
package enum CheckpointCadence: Sendable, Hashable {
  /// After this many seconds. Saving also takes at most a twentieth of the time, on any disk.
  case seconds(Double)
  /// After this many steps.
  case steps(Int)
}

/// Options of a run. None of them changes a result.
package struct RunOptions: Sendable {
  /// The number of stages that may run at the same time.
  package var jobs: Int
  /// Threads for each stage that does not set its own number; nil divides the free cores among the
  /// stages that start.
  package var threads: Int?
  package var cores: Int
  package var keepsGoing: Bool
  package var checkpoints: CheckpointCadence
  package var stop: StopSignal
  /// True if stages may start programs that the pipeline names.
  package var allowsPrograms = false
  /// The bytes of memory that stages which run at once may take together, by their estimates.
  package var memory = Int.max
  /// The pipeline's name and file, for the run's record.
  package var pipeline: String
  package var file: String
  /// The pipeline's description, for the run's record.
  package var description = ""
  /// The note and tags of the run, which lie beside its record.
  package var labels = RunLabels()
  /// The digest of Laconic's own program file, for the run's record.
  package var build: String?
  /// Everything besides its name on which the results of a numerics depend.
  package var fingerprint: @Sendable (Numerics) -> String
  /// The memory this process holds now, in bytes; nil if the system does not report it.
  package var residentMemory: @Sendable () -> Int?
  /// Called on a stage's own thread after each step, before the stage checks for a stop. So a
  /// caller that requests a stop here knows after which step it takes effect.
  package var atStep: @Sendable (_ stage: String, _ step: Int) -> Void = { _, _ in }

  package init(
    jobs: Int = 1, threads: Int? = nil,
    cores: Int = ProcessInfo.processInfo.activeProcessorCount, keepsGoing: Bool = false,
    checkpoints: CheckpointCadence = .seconds(10), stop: StopSignal = StopSignal(),
    pipeline: String = "", file: String = "",
    fingerprint: @escaping @Sendable (Numerics) -> String,
    residentMemory: @escaping @Sendable () -> Int? = { ResidentMemory.current }
  ) {
    self.jobs = max(1, jobs)
    self.threads = threads
    self.cores = max(1, cores)
    self.keepsGoing = keepsGoing
    self.checkpoints = checkpoints
    self.stop = stop
    self.pipeline = pipeline
    self.file = file
    self.fingerprint = fingerprint
    self.residentMemory = residentMemory
  }
}

/// The result of one point.
package struct PointResult: Sendable, Hashable {
  package let index: Int
  package let address: String
  package let outcome: PointOutcome
  package let key: String?
  /// The digest of its artifact; `Store.artifact` reads it.
  package let artifact: String?
  package let seconds: Double

  package init(
    index: Int, address: String, outcome: PointOutcome, key: String?, artifact: String?,
    seconds: Double
  ) {
    self.index = index
    self.address = address
    self.outcome = outcome
    self.key = key
    self.artifact = artifact
    self.seconds = seconds
  }
}

/// The result of a run.
package struct RunSummary: Sendable, Hashable {
  package let id: String
  package let outcome: RunOutcome
  /// In the order of the graph.
  package let points: [PointResult]
  package let seconds: Double

  package init(id: String, outcome: RunOutcome, points: [PointResult], seconds: Double) {
    self.id = id
    self.outcome = outcome
    self.points = points
    self.seconds = seconds
  }
}
