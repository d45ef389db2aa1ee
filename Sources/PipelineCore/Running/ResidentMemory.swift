import Foundation

/// The memory this process holds, as the kernel counts it.
package enum ResidentMemory {
  /// In bytes, shared libraries included; nil where the system does not tell.
  package static var current: Int? {
    #if os(Linux)
      let descriptor = open("/proc/self/statm", O_RDONLY | O_CLOEXEC)
      guard descriptor >= 0 else { return nil }
      defer { close(descriptor) }
      var buffer = [UInt8](repeating: 0, count: 256)
      let count = read(descriptor, &buffer, buffer.count)
      // The second figure is the resident pages (proc_pid_statm(5)).
      let figures = String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
        .split(separator: " ")
      guard figures.count > 1, let pages = Int(figures[1]) else { return nil }
      return pages * Int(getpagesize())
    #else
      return nil
    #endif
  }
}
