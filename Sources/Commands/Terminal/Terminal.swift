import Foundation
import PipelineCore
import Reporting

/// Standard output and standard error, and what the terminal behind them can show.
struct Terminal {
  let descriptor: Int32

  static let output = Terminal(descriptor: STDOUT_FILENO)
  static let error = Terminal(descriptor: STDERR_FILENO)

  var isInteractive: Bool { isatty(descriptor) == 1 }

  /// True if the cursor can move; a terminal without `TERM` is assumed not to.
  var movesCursor: Bool {
    isInteractive && ProcessInfo.processInfo.environment["TERM"] ?? "dumb" != "dumb"
  }

  /// True if colour may be used: on an interactive terminal, unless `NO_COLOR` is set
  /// (no-color.org).
  var usesColor: Bool {
    let environment = ProcessInfo.processInfo.environment
    return isInteractive && (environment["NO_COLOR"] ?? "").isEmpty
      && environment["TERM"] != "dumb"
  }

  /// The style of tables.
  var style: TerminalStyle { TerminalStyle(usesBoxLines: isInteractive, usesColor: usesColor) }

  /// The width in columns; 80 if there is no terminal.
  var width: Int {
    var size = winsize()
    guard isInteractive, ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
      return 80
    }
    return Int(size.ws_col)
  }

  /// Shows the progress of a run, as lines or redrawn where the cursor can move.
  var progress: any RunObserver {
    TerminalProgress.observer(
      isLive: movesCursor, usesColor: usesColor, width: { width }, write: write)
  }

  /// Prints a problem on standard error, after the name of the program.
  static func report(_ problem: String) { error.print("laconic: " + problem) }

  /// Prints text with a line end.
  func print(_ text: String) {
    write(text.hasSuffix("\n") ? text : text + "\n")
  }

  /// Writes text unchanged. A reader that closed the pipe (`| head`) is not an error.
  func write(_ text: String) { _ = isWritten(text) }

  /// Writes text unchanged.
  /// - Returns: false if the reader closed the pipe or the disk is full.
  func isWritten(_ text: String) -> Bool {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let written = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
      if written > 0 {
        rest = rest.dropFirst(written)
      } else if errno == EAGAIN {
        // The stream was inherited in non-blocking mode, so wait until it can be written.
        var stream = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        poll(&stream, 1, -1)
      } else if errno != EINTR {
        if descriptor == STDOUT_FILENO { StandardStreams.outputFailed(errno) }
        return false
      }
    }
    return true
  }
}
