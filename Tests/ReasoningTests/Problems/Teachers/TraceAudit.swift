import Reasoning

/// Parses a trace of `controlled_detours` by its grammar alone and checks each step against the
/// prompt. It shares no code with the code that writes traces.
///
/// Mistakes are thrown with their place. Permitted deviations are counted: a result that is too
/// large by one, a claim of a wrong try, and the rejection of a correct one.
struct TraceAudit {
  struct Wrong: Error, CustomStringConvertible {
    let description: String
  }

  /// Wrong first results, and wrong results of repeated work.
  var slips = 0
  var slipsAgain = 0
  var checks = 0
  /// Results of `~` that differ from the result they repeat.
  var corrections = 0
  /// The text between the `@`, without checks; the first is the first pass.
  var passes: [String] = []
  /// The answer of each pass.
  var answers: [String] = []

  private let thinking: [Character]
  private var place = 0

  /// Parses a trace.
  /// - Precondition: the thinking is not empty.
  init(_ trace: TeacherTrace, for problem: Problem) throws {
    thinking = Array(trace.thinking)
    switch problem.family {
    case "chain": try auditChain(problem.prompt)
    case "peak": try auditPeak(problem.prompt)
    default: try auditSearch(problem.prompt)
    }
    guard place == thinking.count else { throw wrong("something after the end") }
    guard answers.last == trace.answer else { throw wrong("the answer is not the last pass's") }
  }

  private func wrong(_ what: String) -> Wrong {
    Wrong(description: "\(what) at \(place) of \(String(thinking))")
  }

  private var next: Character? { place < thinking.count ? thinking[place] : nil }

  private mutating func take() throws -> Character {
    guard let character = next else { throw wrong("the end") }
    place += 1
    return character
  }

  private mutating func take(_ expected: some StringProtocol) throws {
    for character in expected {
      guard try take() == character else { throw wrong("no '\(expected)'") }
    }
  }

  private mutating func has(_ text: String) -> Bool {
    guard thinking[place...].starts(with: text) else { return false }
    place += text.count
    return true
  }

  private mutating func digit() throws -> Int {
    guard let digit = try take().wholeNumberValue else { throw wrong("no digit") }
    return digit
  }

  private func result(_ a: Int, _ operation: Character, _ b: Int) -> Int {
    switch operation {
    case "+": (a + b) % 10
    case "-": (a + 10 - b) % 10
    default: a * b % 10
    }
  }

  /// Counts a result that is too large by one; throws for any other wrong result.
  private mutating func judge(_ written: Int, right: Int, again: Bool) throws {
    guard written != right else { return }
    guard written == (right + 1) % 10 else { throw wrong("\(written) for \(right)") }
    if again { slipsAgain += 1 } else { slips += 1 }
  }

  /// Parses passes of `count` steps each, of which the one before `#` may stop early. `step` parses
  /// one step from a state to the next, and returns what must be written when a check changed it.
  private mutating func auditPasses<State: Equatable>(
    from start: State, count: Int,
    step: (inout TraceAudit, Int, State, _ again: Bool) throws -> State,
    correction: (State) -> String, answer: (State) -> String
  ) throws {
    var isAbandoned = thinking.contains("#")
    repeat {
      var state = start
      var text = ""
      for index in 0..<count {
        let begin = place
        var after = try step(&self, index, state, !passes.isEmpty)
        text += String(thinking[begin..<place])
        if has("~") {
          checks += 1
          let checked = try step(&self, index, state, true)
          if checked != after {
            corrections += 1
            try take(correction(checked))
          }
          after = checked
        }
        state = after
        if isAbandoned, has("#") { break }
      }
      if isAbandoned {
        guard thinking[place - 1] == "#" else { throw wrong("no '#' where a pass was abandoned") }
        isAbandoned = false
        (slips, slipsAgain, checks, corrections) = (0, 0, 0, 0)
        continue
      }
      passes.append(text)
      answers.append(answer(state))
      if place == thinking.count { return }
      try take("@")
    } while true
  }

  private mutating func auditChain(_ prompt: String) throws {
    let halves = prompt.dropFirst().split(separator: "?").map(String.init)
    let edges = halves[0].split(separator: ";").map(Array.init)
    var path: [[Character]] = []
    var node = Array(halves[1])[0]
    while node != halves[1].last! {
      path.append(edges.first { $0[0] == node }!)
      node = path[path.count - 1][3]
    }
    for edge in edges where !path.contains(edge) { if has(String(edge) + ";!") { break } }
    _ = has(path.map { String($0) + ";" }.joined() + ":")

    try auditPasses(
      from: Int(String(Array(halves[1])[1]))!, count: path.count,
      step: { audit, index, value, again in
        let edge = path[index]
        try audit.take("\(edge[0])\(value)")
        if !audit.has(">") { try audit.take("\(edge[1])\(edge[2])=") }
        let written = try audit.digit()
        try audit.judge(
          written, right: audit.result(value, edge[1], edge[2].wholeNumberValue!), again: again)
        try audit.take("\(edge[3]);")
        return written
      },
      correction: { _ in "!" }, answer: { String($0) })
  }

  private struct PeakState: Equatable {
    var value: Int
    var peak: Int?
    var label: Character?
  }

  private mutating func auditPeak(_ prompt: String) throws {
    let signs = Array(prompt)
    try auditPasses(
      from: PeakState(value: signs[1].wholeNumberValue!), count: signs.count / 3 - 1,
      step: { audit, index, state, again in
        let (operation, operand, label) = (
          signs[3 * index + 2], signs[3 * index + 3], signs[3 * index + 4]
        )
        _ = audit.has("\(state.value)\(operation)\(operand)=")
        let written = try audit.digit()
        try audit.judge(
          written, right: audit.result(state.value, operation, operand.wholeNumberValue!),
          again: again)
        try audit.take(String(label))
        let isPeak = state.peak.map { written > $0 } ?? true
        try audit.take(isPeak ? ">" : "<")
        return isPeak
          ? PeakState(value: written, peak: written, label: label)
          : PeakState(value: written, peak: state.peak, label: state.label)
      },
      correction: { "!\($0.peak!)\($0.label!)>" }, answer: { "\($0.peak!)\($0.label!)" })
  }

  /// Parses tries. A pass here is one claim with the failed tries before it.
  private mutating func auditSearch(_ prompt: String) throws {
    let halves = prompt.dropFirst().dropLast().split(separator: "=")
    let operands = halves[0].split(separator: "_").map { Int($0)! }
    let target = Int(halves[1])!
    var claim = ""
    var tries = ""
    var isLater = false
    while let first = next {
      let isAgain = first == "@"
      isLater = isLater || isAgain
      if isAgain || first == "#" { place += 1 }
      let begin = place
      let operations = Array(thinking[place..<(place + operands.count - 1)])
      place += operations.count
      try take(":")
      var value = operands[0]
      var written = value
      for (index, operation) in operations.enumerated() {
        let right = result(value, operation, operands[index + 1])
        _ = has("\(value)\(operation)\(operands[index + 1])=")
        written = try digit()
        _ = has(";")
        value = right
        if index < operations.count - 1, written != right { throw wrong("a wrong step") }
      }
      let isClaimed = try take() == "y"
      guard isClaimed == (written == target) else { throw wrong("a verdict against its result") }
      if written != value {
        guard isClaimed || written == (target + 1) % 10 else { throw wrong("a wrong result") }
        if isLater { slipsAgain += 1 } else { slips += 1 }
      }
      if isAgain {
        checks += 1
        guard String(operations) == claim else { throw wrong("another claim gone over") }
        if !isClaimed { corrections += 1 }
      }
      tries += String(thinking[begin..<place])
      if isClaimed {
        claim = String(operations)
        answers.append(claim)
        passes.append(tries)
        tries = ""
      }
    }
    guard tries.isEmpty else { throw wrong("an end without a claim") }
  }
}
