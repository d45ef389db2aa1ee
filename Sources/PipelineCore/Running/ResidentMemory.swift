import Foundation

/// The memory this process holds, as the kernel counts it.
package enum ResidentMemory {
  /// In bytes, shared libraries included; nil where the system does not tell.
  package static var current: Int? {
    // The second figure is the resident pages (proc_pid_statm(5)).
    guard let bytes = ProcessTable.bytes("/proc/self/statm") else { return nil }
    let figures = String(decoding: bytes, as: UTF8.self).split(separator: " ")
    guard figures.count > 1, let pages = Int(figures[1]) else { return nil }
    return pages * Int(getpagesize())
  }
}
