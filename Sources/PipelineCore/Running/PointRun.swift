/// The state of one point in a run, as far as it is not the scheduler's.
struct PointRun {
  /// Nil until it is known, and for work that is not cached.
  var key: StageKey?
  /// The planned amount of work, recorded so that later plans know its speed.
  var work: WorkAmount?
  /// The artifact that the point made, or had made before.
  var artifact: StoredArtifact?
  /// Set when the point has ended; a point whose artifact turns out damaged ends again.
  var result: PointResult?
  /// The progress of running work; nil while nothing runs.
  var meter: RateMeter?
  /// The failed tries since the point last ended.
  var tries = Tries()
  /// The number of times that the point found an input damaged.
  var inputLosses = 0
  /// True while another process does the work.
  var waitsForProcess = false
  /// True if the user was told of such a wait.
  var isWaitTold = false

  struct Tries {
    var failures = 0
    /// Empty without a failure.
    var lastFailure = ""
    var seconds = 0.0
  }
}
