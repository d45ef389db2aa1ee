import Fields
import Foundation
import PipelineCore
import Testing

/// A clock and a screen for progress displays.
private final class Terminal {
  var time = 0.0
  var columns = 80
  var output = ""

  func live(colour: Bool = false) -> LiveProgress {
    LiveProgress(
      width: { self.columns }, usesColour: colour, now: { self.time },
      write: { self.output += $0 })
  }

  func plain() -> PlainProgress {
    PlainProgress(now: { self.time }, write: { self.output += $0 })
  }

  /// The text that a terminal would show, with cursor movement applied and colours dropped.
  var screen: [String] {
    var lines: [String] = [""]
    var rest = output[...]
    while let character = rest.first {
      rest = rest.dropFirst()
      switch character {
      case "\n": lines.append("")
      case "\r": lines[lines.count - 1] = ""
      case "\u{1B}":
        let code = rest.dropFirst().prefix { !$0.isLetter }
        let command = rest.dropFirst(1 + code.count).first
        rest = rest.dropFirst(2 + code.count)
        // Moves up to a line that is cleared next.
        if command == "A" { lines.removeLast(Int(code) ?? 0) }
        if command == "J" { lines[lines.count - 1] = "" }
      default: lines[lines.count - 1].append(character)
      }
    }
    return lines
  }
}

@Suite struct ProgressTests {
  /// A line that wraps takes two rows, of which the next redraw would erase only one.
  @Test(arguments: [2, 5, 12, 24, 30, 35, 41])
  func `no line of the display is wider than the terminal`(columns: Int) {
    let terminal = Terminal()
    terminal.columns = columns
    let display = terminal.live()
    display.planned(plan())
    display.started(points[0], resumingAt: nil)
    display.started(points[2], resumingAt: nil)
    for step in 1...40 {
      terminal.time += 0.5
      display.progressed(points[0], progress(step))
      display.tick()
    }
    #expect(terminal.output.contains("\u{1B}"))
    #expect(terminal.screen.allSatisfy { $0.count < columns }, "\(terminal.screen)")
  }

  private let points = graph([
    counting("base", Ledger()), counting("rl", Ledger(), from: "base"),
    counting("a_stage_with_quite_a_long_name", Ledger()),
  ]).points

  private func plan() -> Plan {
    let store = Store(readOnly: URL(filePath: "/nowhere"))
    return Planner.plan(
      graph([
        counting("base", Ledger()), counting("rl", Ledger(), from: "base"),
        counting("a_stage_with_quite_a_long_name", Ledger()),
      ]), store: store, fingerprint: { _ in "" })
  }

  private func progress(_ step: Int, tokens: Int? = nil) -> PipelineCore.StageProgress {
    PipelineCore.StageProgress(
      step: step, total: 80, metrics: [("reward", "0.412"), ("tokens", "61.3")], tokens: tokens)
  }

  @Test func `a live display at 80 columns`() {
    let terminal = Terminal()
    let display = terminal.live()
    display.planned(plan())
    display.started(points[0], resumingAt: nil)
    terminal.time = 2
    display.finished(points[0], .ran, seconds: 2)
    display.started(points[1], resumingAt: 20)
    display.started(points[2], resumingAt: nil)
    for step in 21...34 {
      terminal.time += 0.5
      display.progressed(points[1], progress(step, tokens: step * 1000))
      display.tick()
    }
    #expect(
      terminal.screen == [
        "+ base: done in 2.0s",
        "> rl: resuming at 20",
        "rl                      ██░░░░  34/80  2.00/s  23s left  reward 0.412",
        "a_stage_wit…_long_name  7.0s",
        "1/3 points",
        "",
      ])
    #expect(terminal.screen.allSatisfy { $0.count < 80 })
    display.finished(points[2], .failed("the disk is full"), seconds: 7)
    display.finished(points[1], .stopped(step: 34), seconds: 7)
    #expect(
      terminal.screen == [
        "+ base: done in 2.0s", "> rl: resuming at 20",
        "x a_stage_with_quite_a_long_name: failed: the disk is full",
        "- rl: stopped, saved at 34", "",
      ])
    #expect(terminal.output.firstMatch(of: /\u{1B}\[[0-9]+m/) == nil)
  }

  @Test(arguments: [10, 40, 60, 100, 200])
  func `no line of the display is wider than the terminal, nor than 40 allows`(_ columns: Int) {
    let terminal = Terminal()
    terminal.columns = columns
    let display = terminal.live(colour: true)
    for point in points { display.started(point, resumingAt: nil) }
    for step in 1...3 {
      terminal.time += 1
      for point in points { display.progressed(point, progress(step, tokens: step * 100)) }
      display.tick()
    }
    let widest = terminal.screen.map(\.count).max() ?? 0
    #expect(widest < max(40, columns))
    #expect(terminal.screen[0].contains("3/80"))
    // A wider terminal shows more.
    #expect(terminal.screen[0].contains("reward 0.412") == (columns >= 60))
  }

  @Test func `a live display redraws at most ten times a second`() {
    let terminal = Terminal()
    let display = terminal.live()
    display.started(points[0], resumingAt: nil)
    for step in 1...1000 {
      terminal.time += 0.001
      display.progressed(points[0], progress(step))
      display.tick()
    }
    let redraws = terminal.output.components(separatedBy: "\u{1B}[J").count - 1
    #expect((5...10).contains(redraws))
  }

  @Test func `colour marks outcomes only when it is wanted`() {
    for colour in [true, false] {
      let terminal = Terminal()
      terminal.live(colour: colour).finished(points[0], .failed("no"), seconds: 1)
      #expect(
        terminal.output
          == (colour ? "\u{1B}[31mx base: failed: no\u{1B}[0m\n" : "x base: failed: no\n"))
    }
  }

  @Test func `plain lines when not on a terminal`() {
    let terminal = Terminal()
    let display = terminal.plain()
    display.planned(plan())
    display.started(points[1], resumingAt: 20)
    for step in 21...60 {
      terminal.time += 0.5
      display.progressed(points[1], progress(step, tokens: step * 1000))
      display.tick()
    }
    display.noticed(.tornCheckpoint(address: "rl", problem: "it is cut"))
    display.finished(points[1], .resumed(step: 20), seconds: 61.2)
    display.finished(points[0], .hit, seconds: 0)
    display.finished(points[2], .skipped(because: "base"), seconds: 0)
    #expect(
      terminal.output == """
        3 points, 0 in the store
        rl: started, resuming at 20
        rl: 40/80 steps, 2.00/s, 20s left, reward 0.412, 2.00k tok/s, tokens 61.3
        rl: 60/80 steps, 2.00/s, 10s left, reward 0.412, 2.00k tok/s, tokens 61.3
        note: rl: a checkpoint is skipped: it is cut
        rl: done in 1m01s, resumed at 20
        a_stage_with_quite_a_long_name: skipped, since base failed

        """)
  }

  @Test func `the last line of a run counts what happened`() {
    func summary(_ outcomes: [PointOutcome]) -> RunSummary {
      RunSummary(
        id: "x", outcome: .done,
        points: outcomes.enumerated().map { index, outcome in
          PointResult(
            index: index, address: "s\(index)", outcome: outcome, key: nil, artifact: nil,
            seconds: 0)
        }, seconds: 252)
    }
    #expect(
      summary([.hit, .ran, .resumed(step: 3), .failed("no"), .skipped(because: "s3")]).sentence
        == "1 hit, 2 done, 1 failed, 1 skipped in 4m12s")
    #expect(summary([.hit, .hit]).sentence == "2 hits in 4m12s")
    #expect(summary([]).sentence == "nothing to do in 4m12s")
  }
}
