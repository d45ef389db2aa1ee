/// Decides which stage must end because the process holds too much memory: a value without clocks.
///
/// The stages of one process share its memory, and it is unknown which stage holds which part. So a
/// stage's limit applies to the whole process while the stage runs. Among the stages whose limit is
/// exceeded, the last one started is asked to end; the next one follows only if that was not
/// enough.
package struct MemoryWatch {
  private var limits: [(point: Int, bytes: Int)] = []
  private var asked: Int?

  /// True if memory must be measured: a running stage has a limit, and none has been asked to end.
  package var isNeeded: Bool { asked == nil && !limits.isEmpty }

  package init() {}

  package mutating func started(_ point: Int, limit: Int?) {
    if let limit { limits.append((point, limit)) }
  }

  package mutating func ended(_ point: Int) {
    limits.removeAll { $0.point == point }
    if asked == point { asked = nil }
  }

  /// The stage to ask to end, and its limit.
  package mutating func choose(holding bytes: Int) -> (point: Int, limit: Int)? {
    guard isNeeded, let found = limits.last(where: { $0.bytes < bytes }) else { return nil }
    asked = found.point
    return (found.point, found.bytes)
  }
}
