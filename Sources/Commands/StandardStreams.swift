import Foundation

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
}
