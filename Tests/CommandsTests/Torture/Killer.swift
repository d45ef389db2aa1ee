import Foundation
import TestSupport

/// Kills processes at random moments.
struct Killer {
  /// The event that triggers a kill.
  enum Moment: String, CaseIterable {
    /// Any time within the life of an uninterrupted run.
    case anyTime = "at any time"
    /// A result is being committed: a blob or a record has just been moved into place.
    case commit = "while committing"
    /// A checkpoint has just been renamed into place, or the previous one removed.
    case checkpoint = "while saving"
  }

  private(set) var byMoment: [Moment: Int] = [:]
  private(set) var byKind: [String: Int] = [:]
  private var random: SeededRandom

  init(seed: UInt64) { random = SeededRandom(seed) }

  var count: Int { byMoment.values.reduce(0, +) }

  /// Kills a process, unless it ends before the moment comes.
  mutating func strike(_ process: LaconicProcess, of victim: Victim, life: Double) -> Bool {
    let moments: [Moment] = [.anyTime, .anyTime, .commit, .checkpoint]
    let moment = moments.randomElement(using: &random) ?? .anyTime
    let changes = Int.random(in: 1...8, using: &random)
    let delay = useconds_t.random(in: 0...4_000, using: &random)
    let end = Date().addingTimeInterval(Double.random(in: 0...life, using: &random))
    let folders =
      switch moment {
      case .anyTime: [String]()
      case .commit: ["objects", "records"]
      case .checkpoint: ["checkpoints"]
      }
    var seen = 0
    var last = marks(folders, victim)
    while process.process.isRunning {
      if moment == .anyTime {
        if Date() >= end { break }
        usleep(500)
      } else {
        let now = marks(folders, victim)
        if now != last { seen += 1 }
        if seen >= changes { break }
        last = now
        usleep(200)
      }
    }
    if moment != .anyTime { usleep(delay) }
    let identifier = process.process.processIdentifier
    guard process.process.isRunning, kill(identifier, SIGKILL) == 0 else { return false }
    process.process.waitUntilExit()
    guard process.process.terminationReason == .uncaughtSignal else { return false }
    byMoment[moment, default: 0] += 1
    let kinds = victim.atWork(identifier)
    for kind in kinds.isEmpty ? ["between stages"] : kinds { byKind[kind, default: 0] += 1 }
    return true
  }

  /// The modification times of folders of the store and of the folders inside them.
  private func marks(_ folders: [String], _ victim: Victim) -> [Int] {
    folders.flatMap { folder -> [Int] in
      let path = victim.folder.path + "/artifacts/" + folder
      let inner = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
      return ([path] + inner.sorted().map { path + "/" + $0 }).map { path in
        var record = stat()
        guard stat(path, &record) == 0 else { return 0 }
        return Int(record.st_mtim.tv_sec) * 1_000_000_000 + Int(record.st_mtim.tv_nsec)
      }
    }
  }

  /// A summary to print at the end.
  var summary: String {
    let moments = Moment.allCases.map { "\(byMoment[$0] ?? 0) \($0.rawValue)" }
    let kinds = byKind.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
    return "\(count) kills: \(moments.joined(separator: ", "))\n"
      + "  at work: \(kinds.joined(separator: ", "))"
  }
}
