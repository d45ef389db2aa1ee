import Foundation
import PipelineCore
import Synchronization

/// Puts the process's three standard streams into a safe state, whatever state they were inherited
/// in.
enum StandardStreams {
  /// Opens closed streams and ignores SIGPIPE. The number of a closed stream would be given to the
  /// next opened file, which messages would then overwrite; a reader that closes a pipe (`| head`)
  /// must not kill a run.
  static func makeSafe() {
    for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO]
    where fcntl(descriptor, F_GETFD) < 0 {
      // `open` takes the lowest free descriptor, which is this one.
      _ = open("/dev/null", descriptor == STDIN_FILENO ? O_RDONLY : O_WRONLY)
    }
    signal(SIGPIPE, SIG_IGN)
    // With SIGXFSZ ignored, exceeding the file size limit (`ulimit -f`) is an error with a message.
    signal(SIGXFSZ, SIG_IGN)
  }

  /// The first error of writing to standard output, as `errno`; 0 for none.
  private static let outputError = Atomic<Int32>(0)

  /// Records that requested output was not written. A reader that closed the pipe did not want the
  /// rest, so that is not an error.
  static func outputFailed(_ code: Int32) {
    guard code != EPIPE else { return }
    _ = outputError.compareExchange(expected: 0, desired: code, ordering: .relaxed)
  }

  /// The reason why not all output was written; nil if all was.
  static var outputProblem: String? {
    let code = outputError.load(ordering: .relaxed)
    return code == 0 ? nil : "standard output: " + words(ofCode: code)
  }
}
