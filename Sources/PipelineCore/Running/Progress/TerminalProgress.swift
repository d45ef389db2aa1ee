/// Chooses the kind of progress display.
package enum TerminalProgress {
  /// A live display if the cursor can move, plain lines otherwise.
  /// - Parameters:
  ///   - isLive: true if the output is a terminal that can move its cursor.
  ///   - width: called before every redraw, because the window may be resized.
  package static func observer(
    isLive: Bool, usesColor: Bool, width: @escaping () -> Int, write: @escaping (String) -> Void
  ) -> any RunObserver {
    let start = ContinuousClock.now
    let now = { (ContinuousClock.now - start).inSeconds }
    guard isLive else { return PlainProgress(now: now, write: write) }
    return LiveProgress(width: width, usesColour: usesColor, now: now, write: write)
  }
}
