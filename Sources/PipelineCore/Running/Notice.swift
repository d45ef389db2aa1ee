/// Something the store or the runner noticed that a person should hear of, though the run goes on.
package enum Notice: Sendable, Hashable {
  /// A hit whose files are damaged or gone: it is recomputed.
  case demoted(address: String, problem: String)
  /// The work was done again with another result; the first one stays.
  case differs(address: String, key: String, first: String, second: String)
  /// The process that held the lease died; its work goes on here.
  case tookOver(address: String, from: LeaseHolder)
  /// Another process is doing this work; its result will be used.
  case waiting(address: String, holder: LeaseHolder?)
  /// A checkpoint that cannot be used; an earlier one, or none, takes its place.
  case tornCheckpoint(address: String, problem: String)
  /// It asks for more threads than there are cores, and gets those.
  case fewerThreads(stage: String, asked: Int, cores: Int)
  /// Kept parts of the stage's work that cannot be used, or that were made twice.
  case cells(address: String, CellNotice)
  /// Something of the stage's own.
  case told(address: String, String)
  /// What a run notes for `status` and the next plan could not be written; its work is not affected.
  case notRecorded(problem: String)
}

extension Notice: CustomStringConvertible {
  /// Whatever names and messages hold is safe to print.
  package var description: String { sentence.shown }

  private var sentence: String {
    switch self {
    case .demoted(let address, let problem):
      "\(address): the cached result is unusable and is recomputed: \(problem)"
    case .differs(let address, let key, let first, let second):
      "\(address): doing the work of key \(key.prefix(12)) again gave other bytes: the first result "
        + "\(first) stays, the second was \(second)"
    case .tookOver(let address, let holder):
      "\(address): taken over from \(holder.label), which died"
    case .waiting(let address, let holder):
      "\(address): waiting for "
        + (holder?.label ?? "another process")
        + ", which is doing the same work"
    case .tornCheckpoint(let address, let problem):
      "\(address): a checkpoint is passed over: \(problem)"
    case .fewerThreads(let stage, let asked, let cores):
      "\(stage): asks for \(asked) threads and gets \(cores), since there are no more cores"
    case .cells(let address, .damaged(let problem)):
      "\(address): a part of the work done before is unusable and is done again: \(problem)"
    case .cells(let address, .differs(let cell, let first, let second)):
      "\(address): doing part \(cell.prefix(12)) of the work again gave other bytes: the first "
        + "result \(first) stays, the second was \(second)"
    case .told(let address, let sentence): "\(address): \(sentence)"
    case .notRecorded(let problem):
      "the run could not be recorded: \(problem)"
    }
  }
}
