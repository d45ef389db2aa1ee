import Foundation
import Reasoning
import Testing

@Suite struct `Hostile answers to the math verifier` {
  private static func repeated(_ text: String, _ count: Int) -> String {
    String(repeating: text, count: count)
  }

  /// Texts that are long, deep, huge, broken or no mathematics.
  private static let texts: [String] = [
    "", " ", "\n", "\u{0}", "\u{FFFD}", "\\", "$", "{", "}", "^", "_", "\\frac", "\\sqrt[",
    "\\text{", "\\begin{pmatrix}", "\\end{pmatrix}", "\\left(", "1e999999999999999999999",
    "1e-999999999999999999", "9^{9^{9}}", "9^{9^{9^{9^{9}}}}", "(9^9)^(9^9)", "2^{-10^{18}}",
    "0^{-1}", "0^0", "\\frac{0}{0}", "1000000000000!", "5000!!!!!!", "((5000!)!)!",
    "\\binom{10^{15}}{10^{14}}", "\\sqrt[999]{2}", "\\sqrt[0]{2}", "\\ln 0", "\\tan 90^\\circ",
    "\\sqrt{9223372036854775807}", "\\sqrt{-9223372036854775808}", "-9223372036854775808",
    "x^{9223372036854775807}", "x^{-9223372036854775808}", "1_{99}", "9_{8}", "0_{1}",
    "\\pi^{\\pi^{\\pi}}", "\\cos(10^{30}\\pi)", "e^{e^{e^{i}}}", "|||x|||", "||", "٣", "१२",
    "🙂", "👨‍👩‍👧‍👦", "e\u{301}", "\u{202E}321", "\u{200B}", "ﬁ", "½½", "²", "x²³", "∞ - ∞",
    "\\infty/\\infty", "1/0", "NaN", "inf", "__import__('os').system('ls')", "0x41", "'; DROP--",
    repeated("(", 5_000), repeated("{", 4_000), repeated("\\frac{", 600), repeated("-", 3_000),
    repeated("1+", 700) + "1", repeated("1/", 700) + "1", repeated("2^", 700) + "2",
    repeated("\\sqrt{", 55) + "2" + repeated("}", 55), repeated("x", 1_400), repeated("9", 4_000),
    repeated("1,", 199) + "1", repeated("\\sin(", 30) + "1" + repeated(")", 30),
    repeated("\\sqrt{x+1}+", 120) + "1", repeated("\\sqrt{9223372036854775783}+", 100) + "1",
    repeated("\\text{", 500), repeated("(1,2),", 190) + "(1,2)", repeated("5000!+", 240) + "1",
    repeated("\\pm 1,", 90) + "1", repeated("x_", 1_000), repeated("\\arctan(7)+", 110) + "1",
    repeated("[", 50) + "1" + repeated("]", 50), repeated("!", 1_000), repeated("%", 1_000),
    repeated("a", 1_000_000), repeated("\\", 1_000_000), repeated("1", 5_000_000),
  ]

  @Test func `each has one verdict, and is never right for a number`() {
    for text in Self.texts {
      #expect(MathGrader.verdict(on: text, reference: "73") != .right, "\(text.prefix(60))")
      _ = MathGrader.verdict(on: "73", reference: text)
      _ = MathGrader.agree(text, "x^2 + 1")
    }
  }

  @Test func `what is too long, too deep or blank is unreadable`() {
    for text in [
      "", "  ", Self.repeated("1", 5_000_000), Self.repeated("(", 5_000), Self.repeated("{", 4_000),
      Self.repeated("1,", 2_000),
    ] {
      #expect(MathGrader.verdict(on: text, reference: "73") == .unreadable)
    }
  }

  @Test func `pairs of them are total too`() {
    let texts = Self.texts.filter { $0.utf8.count < 5_000 }
    for (index, text) in texts.enumerated() {
      let other = texts[(7 * index + 3) % texts.count]
      let verdict = MathGrader.verdict(on: text, reference: other)
      #expect(verdict != .right || MathGrader.agree(text, other), "\(text.prefix(60))")
    }
  }

  @Test func `mutations of the table are total, the same each time, and bounded`() throws {
    let texts = try MathTable.all.get().flatMap { [$0.answer, $0.reference] }
    var mutator = MathMutator(texts: texts, seed: 20_261_130)
    for _ in 0..<4_000 {
      let (answer, reference) = (mutator.next(), mutator.next())
      let verdict = MathGrader.verdict(on: answer, reference: reference)
      #expect(verdict == MathGrader.verdict(on: answer, reference: reference))
      if MathGrader.canRead(answer) {
        #expect(MathGrader.verdict(on: answer, reference: answer) == .right, "\(answer)")
      }
    }
  }
}

/// Makes texts from others by cutting, repeating, joining and changing pieces of them.
struct MathMutator {
  private let texts: [[Unicode.Scalar]]
  private var state: UInt64

  init(texts: [String], seed: UInt64) {
    self.texts = texts.map { Array($0.unicodeScalars) }
    state = seed
  }

  private static let pieces: [[Unicode.Scalar]] = [
    "{", "}", "(", ")", "[", "]", "^", "_", "\\", "\\frac", "\\sqrt", "\\sin ", "\\pm ", "!", "%",
    ",", "=", "<", "|", "-", "^{", "999999999999", "0", "e", "i", "\\pi ", "\\infty ", "/", "x",
    "\\text{", "\\cup ", "°", "²", ":", "\\{", "\\}", "\\ln ", "\\binom", "1e9", ".", " ", "&",
    "\\begin{pmatrix}", "\\end{pmatrix}", "\\\\", "and", "\\overline", "'", "🙂", "٣",
  ].map { Array($0.unicodeScalars) }

  /// SplitMix64 (Steele, Lea, Flood 2014).
  private mutating func random(below bound: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return Int((value ^ (value >> 31)) % UInt64(max(1, bound)))
  }

  mutating func next() -> String {
    var text = texts[random(below: texts.count)]
    for _ in 0..<random(below: 5) {
      let start = random(below: text.count + 1)
      let end = start + random(below: text.count - start + 1)
      switch random(below: 6) {
      case 0: text.removeSubrange(start..<end)
      case 1: text.insert(contentsOf: Self.pieces[random(below: Self.pieces.count)], at: start)
      case 2: text.insert(contentsOf: texts[random(below: texts.count)], at: start)
      case 3:
        let piece = text[start..<end]
        for _ in 0...random(below: 8) where text.count < 3_000 {
          text.insert(contentsOf: piece, at: start)
        }
      case 4 where start < end:
        text[start] = Self.pieces[random(below: Self.pieces.count)][0]
      default: text.reverse(from: start, to: end)
      }
    }
    return String(String.UnicodeScalarView(text))
  }
}

extension [Unicode.Scalar] {
  fileprivate mutating func reverse(from start: Int, to end: Int) {
    self[start..<end].reverse()
  }
}
