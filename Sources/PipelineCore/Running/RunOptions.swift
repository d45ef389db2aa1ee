import Foundation

/// When a stage saves its state.
package enum CheckpointCadence: Sendable, Hashable {
  /// Saving also takes at most a twentieth of the time, however slow the disk.
  case seconds(Double)
  /// After every so many steps.
  case steps(Int)
}

/// How a run goes about its work. Nothing here changes a result.
package struct RunOptions: Sendable {
  /// How many stages may be at work at once.
  package var jobs: Int
  /// Threads for each stage that does not say; nil shares the free cores out among those that start.
  package var threads: Int?
  package var cores: Int
  package var keepsGoing: Bool
  package var checkpoints: CheckpointCadence
  package var stop: StopSignal
  /// Whether stages may start programs that the pipeline names.
  package var allowsPrograms = false
  /// The pipeline's name and file, for the run's record.
  package var pipeline: String
  package var file: String
  /// What the pipeline is about, for the same.
  package var description = ""
  /// The digest of the program that runs, for the same.
  package var build: String?
  /// What the results of this numerics depend on beyond its name.
  package var fingerprint: @Sendable (Numerics) -> String
  /// The memory this process holds now, in bytes; nil where the system does not tell.
  package var residentMemory: @Sendable () -> Int?
  /// Called on a stage's own thread after each of its steps, before it looks whether it is to stop:
  /// whoever asks for a stop here knows after which step it comes.
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

/// How one point ended.
package struct PointResult: Sendable, Hashable {
  package let index: Int
  package let address: String
  package let outcome: PointOutcome
  package let key: String?
  /// The digest of what it made; `Store.artifact` reads it.
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

/// How a run ended.
package struct RunSummary: Sendable, Hashable {
  package let id: String
  package let outcome: RunOutcome
  /// As in the graph.
  package let points: [PointResult]
  package let seconds: Double

  package init(id: String, outcome: RunOutcome, points: [PointResult], seconds: Double) {
    self.id = id
    self.outcome = outcome
    self.points = points
    self.seconds = seconds
  }
}
