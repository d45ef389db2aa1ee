import ArgumentParser

/// The exit codes of the process. 64 for bad usage and 130 for a second interrupt are set where
/// they occur.
extension ExitCode {
  /// The run failed.
  static let runFailed = ExitCode(1)
  /// A bad pipeline, data file or `--set`.
  static let badPipeline = ExitCode(2)
  /// `verify` found a difference.
  static let differs = ExitCode(4)
  /// Stopped; the same command resumes the run.
  static let stopped = ExitCode(75)
}
