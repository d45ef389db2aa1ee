/// A message of a job to the runner.
package enum WorkMessage: Sendable {
  /// The work itself begins, perhaps from a checkpoint.
  case began(resumingAt: Int?)
  case progressed(StageProgress)
  case noticed(Notice)
  /// The last message of a job; `seconds` is the time spent on the work.
  case ended(WorkResult, seconds: Double)
}

/// The end of a job.
package enum WorkResult: Sendable {
  /// Another process made the artifact meanwhile.
  case reused(StoredArtifact)
  /// Another process is doing the work.
  case runsInOtherProcess(LeaseHolder?)
  case made(StoredArtifact, resumedFrom: Int?)
  case stopped(step: Int?)
  case failed(String)
  /// The artifacts of these points were damaged; nothing was made.
  case damagedInputs([Int])
}

/// The messages of all jobs that arrived since they were last read.
package struct WorkMessages: Sendable {
  /// In the order of arrival, without progress.
  package var messages: [(index: Int, message: WorkMessage)] = []
  /// The latest progress of each job that reported one.
  package var progress: [Int: StageProgress] = [:]

  package init() {}

  package mutating func add(_ message: WorkMessage, from index: Int) {
    if case .progressed(let latest) = message {
      progress[index] = latest
    } else {
      messages.append((index, message))
    }
  }
}
