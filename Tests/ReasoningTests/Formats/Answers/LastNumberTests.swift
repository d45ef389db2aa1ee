import Reasoning
import Testing

@Suite struct `Answers that are the last number` {
  private func find(_ text: String) -> String? { LastNumber().answer(in: text) }

  @Test(arguments: [
    ("She has 72 eggs.", "72"), ("It is 72.", "72"), ("$1,234,567.50 in all", "1234567.50"),
    ("1, 2, 3", "3"), ("1,2,3", "3"), ("-5", "-5"), ("(-5)", "-5"),
    ("5-3", "3"), ("x = \u{2212}4", "-4"), ("it's 3/4 of it", "3/4"), ("1/2/3", "3"),
    ("0.5%", "0.5"), ("a .5 share", ".5"), ("12/1,000 or so", "12/1000"), ("x2-7", "7"),
    ("7 - 3", "3"), ("3.", "3"), ("72.0.", "72.0"), ("**72**", "72"), ("GPT-4", "4"),
  ])
  func `are digits with a sign, decimals and a fraction`(text: String, answer: String) {
    #expect(find(text) == answer)
  }

  @Test(arguments: [
    // opencompass pull request 2426: the tail of `$80,000` was lost.
    ("a profit of $80,000", "80000"), ("it costs $29.00", "29.00"), ("-$3.50", "-3.50"),
    ("$-3", "-3"),
    ("\u{2212}\\$3", "-3"), ("80{,}000 and", "80000"), ("80,\\!000", "80000"), ("1\\,000", "1000"),
    ("The answer is 72, in total, so", "72"), ("-3", "-3"),
  ])
  func `may be sums of money`(text: String, answer: String) { #expect(find(text) == answer) }

  @Test(arguments: [
    ("about 1.5e3", "1.5e3"), ("2E-4.", "2e-4"), ("1e+6", "1e6"), ("1.5 \\times 10^{3}", "1.5e3"),
    ("2 × 10^{-4} m", "2e-4"), ("3 * 10^2", "3e2"), ("2 eggs", "2"), ("2e", "2"), ("2ex", "2"),
    ("3e5x", "5"), ("4 * 12", "12"), ("4 \\times 3", "3"),
  ])
  func `may have a power of ten`(text: String, answer: String) { #expect(find(text) == answer) }

  @Test(arguments: [
    ("\\frac{3}{4}", "3/4"), ("so -\\dfrac{13}{4}$", "-13/4"), ("\\frac{-1}{2}", "-1/2"),
    ("\\frac12", "1/2"),
    ("2\\frac{1}{2}", "2 1/2"), ("2 1/2 cups", "2 1/2"), ("\\frac{x}{4}", "4"), ("10 20/5", "20/5"),
    ("\\frac{1}{2", "2"), ("1.5 1/2", "1/2"), ("5 1/2/3", "3"),
  ])
  func `may be fractions and mixed numbers`(text: String, answer: String) {
    #expect(find(text) == answer)
  }

  @Test(arguments: [
    ("Soucis : 2,74 $", "2.74"), ("1000,99", "1000.99"), ("0,111", "0.111"), ("1,2345", "1.2345"),
    ("1234,567", "1234.567"), ("-1,5 kg", "-1.5"), ("12,50.", "12.50"), ("(2,5)", "5"),
    ("[1,22]", "22"), ("1,2,34", "34"), ("1,234,56", "56"),
  ])
  func `may have a comma before decimals, outside brackets and lists`(
    text: String, answer: String
  ) {
    #expect(find(text) == answer)
  }

  @Test(arguments: [
    ("1 000", "1000"), ("1 234 567,5", "5"), ("12\u{202F}345.5 m", "12345.5"),
    ("in 2019 300", "300"),
    ("0 123", "123"), ("1 2345", "2345"), ("1 000,000", "000"), ("5 100/200", "5 100/200"),
  ])
  func `may have spaces between thousands, and one kind of separator`(
    text: String, answer: String
  ) {
    #expect(find(text) == answer)
  }

  @Test(
    arguments: [
      ("7 of AZYUK2A", "7"), ("H2O", nil), ("n2", "2"), ("10x20m", "20"), ("\\sqrt2x", "2"),
      ("3D", "3"),
    ] as [(String, String?)])
  func `are none within a word`(text: String, answer: String?) { #expect(find(text) == answer) }

  @Test(arguments: ["none", "", "１２", "-", "$", "."])
  func `are none without digits`(text: String) { #expect(find(text) == nil) }
}
