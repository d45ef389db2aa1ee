import Foundation

/// Chooses how to show progress on standard error.
package enum TerminalProgress {
  /// A live display when standard error is a terminal that can move its cursor; plain lines
  /// otherwise. No colour when `NO_COLOR` is set (https://no-color.org: to anything but nothing).
  package static func observer(
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> any RunObserver {
    let start = ContinuousClock.now
    let now = {
      let time = (ContinuousClock.now - start).components
      return Double(time.seconds) + Double(time.attoseconds) * 1e-18
    }
    // A reader that went away is no reason to stop working, and there is nobody left to tell.
    let write = { (text: String) in
      _ = try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
    }
    let isTerminal = isatty(STDERR_FILENO) == 1 && environment["TERM"] ?? "dumb" != "dumb"
    guard isTerminal else { return PlainProgress(now: now, write: write) }
    return LiveProgress(
      width: columns, usesColour: (environment["NO_COLOR"] ?? "").isEmpty, now: now, write: write)
  }

  /// The columns of the terminal behind standard error; 80 when it does not say.
  static func columns() -> Int {
    var size = winsize()
    guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }
}
