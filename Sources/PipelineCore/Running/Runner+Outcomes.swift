import Fields

extension Runner {
  /// The number of times that one point may find its inputs damaged before it fails.
  private static let mostInputLosses = 3

  func handle(_ arrived: WorkMessages) {
    for (index, progress) in arrived.progress.sorted(by: { $0.key < $1.key }) {
      runs[index].meter?.add(progress, at: secondsSinceStart)
      observer.progressed(graph.points[index], progress)
    }
    for (index, message) in arrived.messages { handle(message, from: index) }
  }

  private func handle(_ message: WorkMessage, from index: Int) {
    switch message {
    case .began(let step):
      runs[index].meter = RateMeter()
      note { try log.started(index, key: runs[index].key?.hex, resumedFrom: step) }
      observer.started(graph.points[index], resumingAt: step)
    case .progressed: break
    case .noticed(let notice): observer.noticed(notice)
    case .ended(let result, let seconds):
      runs[index].meter = nil
      leaveWork(index)
      workEnded(index, result, seconds: seconds)
    }
  }

  private func workEnded(_ index: Int, _ result: WorkResult, seconds: Double) {
    switch result {
    case .reused(let artifact): succeeded(index, .hit, artifact, seconds: seconds)
    case .made(let artifact, let step):
      let whole: PointOutcome = step.map { .resumed(step: $0) } ?? .ran
      let outcome = runs[index].key == nil ? .partial : whole
      succeeded(index, outcome, artifact, seconds: seconds)
    case .stopped(let step):
      scheduler.finished(index, .stopped)
      ended(index, .stopped(step: step), seconds: seconds)
    case .failed(let message):
      if !tryAgain(index, after: message, seconds: seconds) {
        failed(index, message, seconds: seconds)
      }
    case .damagedInputs(let sources): inputsLost(sources, foundBy: index)
    case .runsInOtherProcess(let holder): wait(index, for: holder)
    }
  }

  /// Queues a point again after any failure of its work.
  /// - Returns: false if it has no retry left, or nothing new may start.
  private func tryAgain(_ index: Int, after message: String, seconds: Double) -> Bool {
    let point = graph.points[index]
    let failures = runs[index].tries.failures + 1
    guard failures <= point.limits.retries, !scheduler.isHalted, !options.stop.isRequested else {
      return false
    }
    let sentence = message.oneLine
    runs[index].tries.failures = failures
    runs[index].tries.lastFailure = sentence
    runs[index].tries.seconds += seconds
    if let key = runs[index].key?.hex { atWork[key] = index }
    scheduler.triesAgain(index)
    note { try log.retrying(index, after: sentence) }
    observer.retrying(point, after: sentence, retry: failures, of: point.limits.retries)
    return true
  }

  /// Leaves a point to another process until that process ends, and frees the point's threads.
  private func wait(_ index: Int, for holder: LeaseHolder?) {
    let key = runs[index].key?.hex
    if let key { atWork[key] = index }
    runs[index].waitsForProcess = true
    scheduler.runsInOtherProcess(index)
    note { try log.waiting(index, for: holder, key: key) }
    if !runs[index].isWaitTold {
      observer.noticed(.waiting(address: graph.points[index].address, holder: holder))
    }
    runs[index].isWaitTold = true
  }

  /// Schedules points whose artifacts are damaged to be recomputed, and `index` after them.
  private func inputsLost(_ sources: [Int], foundBy index: Int) {
    runs[index].inputLosses += 1
    guard runs[index].inputLosses <= Self.mostInputLosses else {
      return failed(index, "its inputs were damaged again after being recomputed", seconds: 0)
    }
    for source in sources {
      do {
        try discardArtifact(of: source)
      } catch {
        return failed(index, error.inWords, seconds: 0)
      }
      scheduler.inputLost(source, foundBy: index)
    }
  }

  /// Removes a damaged artifact, unless another point found the damage before.
  private func discardArtifact(of index: Int) throws {
    guard let artifact = runs[index].artifact else { return }
    runs[index].artifact = nil
    let problem = artifact.problems().first
    try artifact.discardDamage()
    observer.noticed(
      .unusableHit(
        address: graph.points[index].address,
        problem: problem.map { "\($0)" } ?? "a file of \(artifact.digest) is damaged"))
  }

  // MARK: - The end of points

  func succeeded(
    _ index: Int, _ outcome: PointOutcome, _ artifact: StoredArtifact, seconds: Double
  ) {
    runs[index].artifact = artifact
    scheduler.finished(index, .succeeded)
    ended(index, outcome, artifact: artifact.digest, seconds: seconds)
  }

  func failed(_ index: Int, _ message: String, seconds: Double) {
    leaveWork(index)
    scheduler.finished(index, .failed)
    ended(index, .failed(message.oneLine), seconds: seconds)
  }

  func ended(
    _ index: Int, _ outcome: PointOutcome, artifact: String? = nil, seconds: Double = 0
  ) {
    let point = graph.points[index]
    let key = runs[index].key?.hex
    let seconds = seconds + runs[index].tries.seconds
    runs[index].tries = PointRun.Tries()
    runs[index].result = PointResult(
      index: index, address: point.address, outcome: outcome, key: key, artifact: artifact,
      seconds: seconds)
    note {
      try log.finished(
        index, outcome, key: key, artifact: artifact, seconds: seconds,
        work: outcome == .ran ? runs[index].work : nil)
    }
    observer.finished(point, outcome, seconds: seconds)
  }

  /// Notes that a point is neither queued nor running any more.
  private func leaveWork(_ index: Int) {
    guard let key = runs[index].key?.hex, atWork[key] == index else { return }
    atWork[key] = nil
  }
}

extension String {
  /// The text on one line and safe to print, whatever an error contained.
  fileprivate var oneLine: String {
    split(whereSeparator: \.isNewline).joined(separator: " ").shown
  }
}
