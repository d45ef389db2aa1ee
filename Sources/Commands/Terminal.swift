import Foundation
import PipelineCore

/// The two streams people read, and what they can show.
struct Terminal {
  let descriptor: Int32

  static let output = Terminal(descriptor: STDOUT_FILENO)
  static let error = Terminal(descriptor: STDERR_FILENO)

  var isInteractive: Bool { isatty(descriptor) == 1 }

  /// Whether the cursor can move; a terminal that does not say what it is cannot.
  var movesCursor: Bool {
    isInteractive && ProcessInfo.processInfo.environment["TERM"] ?? "dumb" != "dumb"
  }

  /// Colour only for people who look and have not asked for none (no-color.org).
  var usesColor: Bool {
    let environment = ProcessInfo.processInfo.environment
    return isInteractive && (environment["NO_COLOR"] ?? "").isEmpty
      && environment["TERM"] != "dumb"
  }

  /// Columns; 80 when there is no terminal to ask.
  var width: Int {
    var size = winsize()
    guard isInteractive, ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
      return 80
    }
    return Int(size.ws_col)
  }

  /// One line, or several.
  func print(_ text: String) {
    write(text.hasSuffix("\n") ? text : text + "\n")
  }

  /// Writes as it is. A reader that went away (`| head`) is no failure of ours.
  func write(_ text: String) { _ = isWritten(text) }

  /// Writes as it is.
  /// - Returns: false when the reader went away, or the disk is full.
  func isWritten(_ text: String) -> Bool {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let written = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
      if written > 0 {
        rest = rest.dropFirst(written)
      } else if errno == EAGAIN {
        // Whoever started us left the stream so that a write does not wait. We do.
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

/// A line that fits: what is too long ends in an ellipsis.
func fitted(_ line: String, to width: Int) -> String {
  line.count <= width ? line : String(line.prefix(width - 1)) + "…"
}
