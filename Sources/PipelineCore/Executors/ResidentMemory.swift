import Foundation

/// The memory that this process holds, as the kernel counts it.
package enum ResidentMemory {
  /// The resident size in bytes, shared libraries included; nil if the system does not report it.
  package static var current: Int? {
    // The second figure is the resident pages (proc_pid_statm(5)).
    guard let bytes = ProcessTable.bytes("/proc/self/statm") else { return nil }
    let figures = String(decoding: bytes, as: UTF8.self).split(separator: " ")
    guard figures.count > 1, let pages = Int(figures[1]) else { return nil }
    return pages * Int(getpagesize())
  }
}
