import TestSupport

/// Makes broken pipelines from valid ones: flips bytes; cuts, doubles and inserts pieces; and puts
/// YAML punctuation and words of pipelines where they do not belong.
struct TextMutator {
  private var random: SeededRandom
  private let seeds: [[UInt8]]

  private static let pieces: [[UInt8]] =
    [
      ": ", "- ", "? ", "{", "}", "[", "]", "&a ", "*a", "!!str ", "|\n", ">", "'", "\"", "#", "\t",
      "\r", "\0", "\n", "\n  ", "\n---\n", "...", "<<: ", "%YAML 1.2\n", "~", "null", "true", "no",
      "010", "12:30", ".inf", ".nan", "-0", "-1", "0", "8.5", "1e-6", "1e999", "1e-999",
      "9223372036854775807", "-9223372036854775808", "18446744073709551616", "0x7fffffffffffffff",
      "\u{2028}", "\u{FEFF}", "\u{202E}", "🦙", "\\", "${vars.a}", "${", "extends: ", "vars: ",
      "defaults: ", "preset: ", "override: true", "seed", "sweep: ", "grid: ", "zip: ", "points: ",
      "kind: rl", "inputs: ", "{checkpoint: x}", "splits: ", "count: ", "budgets: ", "rows: ",
    ].map { Array($0.utf8) } + [[0xFF], [0xC3], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80]]

  init(seeds: [String], random seed: UInt64) {
    self.seeds = seeds.map { Array($0.utf8) }
    random = SeededRandom(seed)
  }

  /// A text with one to six mistakes.
  mutating func text() -> [UInt8] {
    var text = seeds[random.below(seeds.count)]
    for _ in 0...random.below(6) { mutate(&text) }
    return text
  }

  private mutating func range(in text: [UInt8], atMost length: Int) -> Range<Int> {
    let start = random.below(text.count + 1)
    return start..<min(text.count, start + random.below(length))
  }

  private mutating func mutate(_ text: inout [UInt8]) {
    let place = random.below(text.count + 1)
    switch random.below(9) {
    case 0 where place < text.count: text[place] ^= 1 << UInt8(random.below(8))
    case 1: text.removeSubrange(range(in: text, atMost: 60))
    case 2: text.insert(contentsOf: text[range(in: text, atMost: 300)], at: place)
    case 3:
      let other = seeds[random.below(seeds.count)]
      text.insert(contentsOf: other[range(in: other, atMost: 300)], at: place)
    case 4: text.removeSubrange(place...)
    case 5: replaceWord(at: place, in: &text)
    case 6: text.insert(contentsOf: Array(repeating: 32, count: random.below(5)), at: place)
    default:
      let piece = Self.pieces[random.below(Self.pieces.count)]
      for _ in 0...(random.below(20) == 0 ? 200 : 0) { text.insert(contentsOf: piece, at: place) }
    }
  }

  /// Replaces a value by a piece that probably parses but is wrong.
  private mutating func replaceWord(at place: Int, in text: inout [UInt8]) {
    let ends = Set(" \n,:{}[]".utf8)
    guard let start = text[place...].firstIndex(where: { !ends.contains($0) }) else { return }
    let end = text[start...].firstIndex(where: ends.contains) ?? text.count
    text.replaceSubrange(start..<end, with: Self.pieces[random.below(Self.pieces.count)])
  }
}
