import Foundation
import Synchronization

/// The process groups of the programs at work, for the signal handler that ends this process at once:
/// it may neither lock nor allocate.
enum ProgramGroups {
  private final class Slot: Sendable {
    /// 0 while it is free.
    let group = Atomic<Int32>(0)
  }

  private static let slots = (0..<256).map { _ in Slot() }

  static func add(_ group: pid_t) {
    for slot in slots
    where slot.group.compareExchange(
      expected: 0, desired: group, ordering: .relaxed
    ).exchanged {
      return
    }
  }

  static func remove(_ group: pid_t) {
    for slot in slots {
      _ = slot.group.compareExchange(expected: group, desired: 0, ordering: .relaxed)
    }
  }

  /// Makes the table, so that a signal handler need not.
  static func prepare() { _ = slots.count }

  static func endAll() {
    for slot in slots {
      let group = slot.group.load(ordering: .relaxed)
      if group > 0 { kill(-group, SIGKILL) }
    }
  }
}
