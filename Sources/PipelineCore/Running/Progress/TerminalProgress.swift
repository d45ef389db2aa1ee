/// Chooses how to show progress.
package enum TerminalProgress {
  /// A live display where the cursor can move; plain lines otherwise.
  /// - Parameters:
  ///   - isLive: whether the reader is a terminal that can move its cursor.
  ///   - width: asked before every redrawing, since a window may change.
  package static func observer(
    isLive: Bool, usesColor: Bool, width: @escaping () -> Int, write: @escaping (String) -> Void
  ) -> any RunObserver {
    let start = ContinuousClock.now
    let now = { (ContinuousClock.now - start).inSeconds }
    guard isLive else { return PlainProgress(now: now, write: write) }
    return LiveProgress(width: width, usesColour: usesColor, now: now, write: write)
  }
}
