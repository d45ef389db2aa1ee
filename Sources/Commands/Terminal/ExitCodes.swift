import ArgumentParser
import PipelineCore

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

extension RunSummary {
  /// - Throws: the exit code of a run that failed or was stopped.
  func throwUnlessDone() throws {
    switch outcome {
    case .done: return
    case .failed: throw ExitCode.runFailed
    case .stopped: throw ExitCode.stopped
    }
  }
}
