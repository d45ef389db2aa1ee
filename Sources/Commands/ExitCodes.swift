import ArgumentParser

/// What the process says to the shell. Bad usage is 64 and a second interrupt 130, decided where
/// they happen.
extension ExitCode {
  /// The run failed.
  static let runFailed = ExitCode(1)
  /// A bad pipeline, data file or `--set`.
  static let badPipeline = ExitCode(2)
  /// `verify` found a difference.
  static let differs = ExitCode(4)
  /// Stopped; the same command goes on from there.
  static let stopped = ExitCode(75)
}
