import ModelCore
import TensorCore
import Testing

@Suite struct `Stop strings` {
  private static func tokenizer() throws -> WordTokenizer {
    try WordTokenizer(
      vocabulary: ["a", "b", "c", "ab", "bc", "ca", "abc", "cab"]
        + (8..<smallVocabularySize).map { String(repeating: "x", count: $0) })
  }

  private static func settings(_ strings: [String]) throws -> SamplingSettings {
    var settings = SamplingSettings()
    settings.maxNewTokens = 60
    settings.bannedTokens = (8..<Int32(smallVocabularySize)).map { $0 }
    settings.stopStrings = try strings.map { TextMark($0, in: try tokenizer()) }
    return settings
  }

  private static func stream(_ number: Int) -> RandomStream {
    RandomStream(seed: 2, purpose: "stop", coordinates: [UInt64(number)])
  }

  private static func scheduler() throws -> SessionScheduler {
    try SessionScheduler(
      model: try smallModel(), backend: CPUBackend(numerics: .exact, threads: 1), maxRows: 8,
      maxLength: 200)
  }

  private static func responses(_ strings: [String]) throws -> [SampledResponse] {
    let decoder = Decoder(
      model: try smallModel(), backend: CPUBackend(numerics: .exact, threads: 1), maxRows: 8)
    return try decoder.generate(
      (0..<24).map { SampleRequest(prompt: [1, 2], stream: stream($0)) },
      settings: try settings(strings))
  }

  @Test func `end a response with the token in which the first of them ends`() throws {
    let tokenizer = try Self.tokenizer()
    let strings = ["bcab", "aabb", "cc"]
    var ended = (whole: 0, inside: 0)
    for (response, free) in zip(try Self.responses(strings), try Self.responses([])) {
      let count = free.tokens.indices.first { last in
        let text = tokenizer.decode(free.tokens[...last])
        return strings.contains { text.contains($0) }
      }
      #expect(response.tokens == Array(free.tokens[...(count ?? 59)]))
      #expect(response.stop == (count == nil ? .length : .stopString))
      guard count != nil else { continue }
      let text = tokenizer.decode(response.tokens)
      if strings.contains(where: text.hasSuffix) { ended.whole += 1 } else { ended.inside += 1 }
    }
    #expect(ended.whole > 2 && ended.inside > 0, "\(ended)")
  }

  @Test func `do not begin in the prompt`() throws {
    let scheduler = try Self.scheduler()
    var settings = try Self.settings(["ab"])
    settings.forcedTokens = [0: 1, 1: 0, 2: 1]
    let session = try scheduler.open([0], settings: settings, stream: Self.stream(0))
    try scheduler.run()
    #expect(scheduler.close(session).tokens == [1, 0, 1])
  }

  @Test func `are looked for again after a truncation, and not in tokens put there`() throws {
    let scheduler = try Self.scheduler()
    let settings = try Self.settings(["ab"])
    var continued = 0
    for number in 0..<8 {
      let session = try scheduler.open([1, 2], settings: settings, stream: Self.stream(number))
      try scheduler.run()
      let first = Array(session.response)
      #expect(session.stop == .stopString)
      scheduler.truncate(session, to: session.tokens.count - 1)
      try scheduler.run()
      #expect(Array(session.response) == first && session.stop == .stopString)
      // An appended text ends nothing by itself; the next one that is sampled does.
      try scheduler.append([0, 1], to: session)
      try scheduler.run()
      #expect(session.response.count > first.count + 2)
      if session.stop == .stopString { continued += 1 }
      let fork = try scheduler.fork(
        session, at: 2 + first.count, settings: settings, stream: Self.stream(100 + number))
      try scheduler.run()
      #expect(fork.response.count > first.count && fork.stop == .stopString)
      _ = scheduler.close(fork)
      _ = scheduler.close(session)
    }
    #expect(continued > 4)
  }

  @Test func `that are empty are refused`() throws {
    let error = #expect(throws: GenerationError.self) { try Self.responses([""]) }
    #expect(error?.description.contains("stop_strings") == true, "\(error as Any)")
  }
}
