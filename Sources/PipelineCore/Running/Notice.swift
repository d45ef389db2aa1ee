import Fields

/// Something the store or the runner noticed that a person should hear of, though the run goes on.
package enum Notice: Sendable, Hashable {
  /// A cache hit whose files are damaged or missing; the point is recomputed.
  case unusableHit(address: String, problem: String)
  /// The work was done again with a different result; the first result stays.
  case differs(address: String, key: String, first: String, second: String)
  /// The process that held the lease died; its work is continued here.
  case tookOver(address: String, from: LeaseHolder)
  /// Another process is doing this work; its result will be used.
  case waiting(address: String, holder: LeaseHolder?)
  /// A checkpoint is damaged; the work starts from an earlier one, or from the beginning.
  case tornCheckpoint(address: String, problem: String)
  /// The stage asks for more threads than there are cores, and gets one for each core.
  case fewerThreads(stage: String, asked: Int, cores: Int)
  /// Cells of the stage are damaged or were made twice.
  case cells(address: String, CellNotice)
  /// A message of the stage itself.
  case told(address: String, String)
  /// The run could not write its record for `status` and later plans; its work is not affected.
  case notRecorded(problem: String)
}

extension Notice: CustomStringConvertible {
  /// The sentence with names and messages escaped, so that it is safe to print.
  package var description: String { sentence.shown }

  private var sentence: String {
    switch self {
    case .unusableHit(let address, let problem):
      "\(address): the cached result is unusable and is recomputed: \(problem)"
    case .differs(let address, let key, let first, let second):
      "\(address): doing the work of key \(key.prefix(12)) again gave other bytes: the first "
        + "result \(first) stays, the second was \(second)"
    case .tookOver(let address, let holder):
      "\(address): taken over from \(holder.label), which died"
    case .waiting(let address, let holder):
      "\(address): waiting for "
        + (holder?.label ?? "another process")
        + ", which is doing the same work"
    case .tornCheckpoint(let address, let problem):
      "\(address): a checkpoint is skipped: \(problem)"
    case .fewerThreads(let stage, let asked, let cores):
      "\(stage): asks for \(asked) threads and gets \(cores), the number of cores"
    case .cells(let address, .damaged(let problem)):
      "\(address): a cached part of the work is unusable and is recomputed: \(problem)"
    case .cells(let address, .differs(let cell, let first, let second)):
      "\(address): doing part \(cell.prefix(12)) of the work again gave other bytes: the first "
        + "result \(first) stays, the second was \(second)"
    case .told(let address, let sentence): "\(address): \(sentence)"
    case .notRecorded(let problem):
      "the run could not be recorded: \(problem)"
    }
  }
}
