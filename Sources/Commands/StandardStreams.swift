import Foundation
import PipelineCore
import Synchronization

/// The three streams every process has, whatever whoever started it did to them.
enum StandardStreams {
  /// A closed stream would be handed to the next file that is opened, which our messages would then
  /// overwrite; a reader that went away (`| head`) must not kill a run.
  static func makeSafe() {
    for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO]
    where fcntl(descriptor, F_GETFD) < 0 {
      // The lowest free number is taken, which is this one.
      _ = open("/dev/null", descriptor == STDIN_FILENO ? O_RDONLY : O_WRONLY)
    }
    signal(SIGPIPE, SIG_IGN)
    // A file that may not grow further (`ulimit -f`) is then an error with a sentence.
    signal(SIGXFSZ, SIG_IGN)
  }

  /// The first error of writing to standard output, as `errno`; 0 for none.
  private static let outputError = Atomic<Int32>(0)

  /// Remembers that something a person or a program asked for did not get through. A reader that
  /// went away did not want the rest.
  static func outputFailed(_ code: Int32) {
    guard code != EPIPE else { return }
    _ = outputError.compareExchange(expected: 0, desired: code, ordering: .relaxed)
  }

  /// Why not everything that was printed got through; nil when all is well.
  static var outputProblem: String? {
    let code = outputError.load(ordering: .relaxed)
    return code == 0 ? nil : "standard output: " + words(ofCode: code)
  }
}
