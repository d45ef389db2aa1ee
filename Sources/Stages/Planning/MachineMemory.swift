import Foundation

/// The memory of the machine.
package enum MachineMemory {
  /// The bytes of memory that this process may have: those of the machine, or fewer if its control
  /// group (a container, a job of a cluster) has a limit.
  package static let size: UInt64 = limits.reduce(ProcessInfo.processInfo.physicalMemory, min)

  private static var limits: [UInt64] {
    // Versions 2 and 1 of control groups. A group without a limit has the word `max`, or a number
    // above any memory.
    ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"].compactMap {
      let text = try? String(contentsOfFile: $0, encoding: .utf8)
      return text.flatMap { UInt64($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
    }
  }
}
