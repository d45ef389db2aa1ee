import Foundation
import Synchronization

/// The process groups of the running programs, for the signal handler that ends this process at
/// once. The handler may neither lock nor allocate, so this is a fixed table of atomics.
enum ProgramGroups {
  private final class Slot: Sendable {
    /// 0 while the slot is free.
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

  /// Creates the table, so that the signal handler does not have to.
  static func prepare() { _ = slots.count }

  static func endAll() {
    for slot in slots {
      let group = slot.group.load(ordering: .relaxed)
      if group > 0 { kill(-group, SIGKILL) }
    }
  }
}
