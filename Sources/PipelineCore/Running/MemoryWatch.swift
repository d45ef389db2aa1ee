/// Decides which stage must end for the memory that the process holds: a value without clocks.
///
/// The stages of one process share its memory, and nothing tells whose it is. So a limit is one on the
/// process while its stage is at work; of the stages whose limit is passed the last to start is asked
/// to end, and the next one only when memory is still short after that.
package struct MemoryWatch {
  private var limits: [(point: Int, bytes: Int)] = []
  private var asked: Int?

  /// Whether anybody at work has a limit that memory must be measured for.
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
