import Foundation
import Reasoning
import Testing

@Suite struct `The number verifier` {
  private func accepts(_ answer: String, for reference: String) -> Bool {
    NumberAnswer().accepts(
      answer,
      for: Problem(
        family: "sum", difficulty: 1, prompt: "?", answer: reference,
        verifier: NumberAnswer().name))
  }

  @Test(arguments: [
    ("72", "72"), ("72.0", "72"), ("72.", "72"), (" 72 \n", "72"), ("+72", "72"), ("072", "72"),
    ("0.5", ".5"), ("0.50", "1/2"), ("2/4", "1/2"), ("1 / 2", "1/2"), ("-3", "−3"), ("-0", "0"),
    ("1,250", "1250"), ("1,234,567.50", "1234567.5"), ("1{,}250", "1250"), ("2,125", "2125"),
    ("$29.00", "29"), ("-$5", "-5"), ("$-5", "-5"), ("\\$18", "18"), ("$18$", "18"), ("£3", "3"),
    ("50%", "50"), ("50 %", "50"), ("50\\%", "50"), ("50%.", "50"), ("50 percent", "50"),
    ("18 dollars", "18"), ("18 apples.", "18"), ("9 (apples)", "9"), ("60 km/h", "60"),
    ("18 square feet", "18"), ("3 p.m.", "3"),
    ("1e3", "1000"), ("1.5e-3", "0.0015"), ("12E+2", "1200"), ("0e999999999999999999", "0"),
    ("\\frac{3}{4}", "0.75"), ("-\\dfrac{1}{3}", "\\frac{-1}{3}"), ("3/1", "3"), ("0/7", "0"),
    ("1/3", "2/6"), ("1/1024", "0.0009765625"),
    ("123456789012345678901234567890", "123,456,789,012,345,678,901,234,567,890"),
    ("1e30", "1000000000000000000000000000000"),
  ])
  func `knows the same number in any writing`(answer: String, reference: String) {
    #expect(accepts(answer, for: reference))
    #expect(accepts(reference, for: answer))
  }

  @Test(arguments: [
    ("72", "73"), ("-3", "3"), ("1/2", "0.51"), ("1/3", "0.3333333333333333"), ("1e3", "100"),
    ("9007199254740993", "9007199254740992"), ("0.1", "0.10000000000000000555"), ("50%", "0.5"),
    ("123456789012345678901234567890", "123456789012345678901234567891"), ("1,250", "1.25"),
    ("3 million", "3"), ("5 and a half", "5"), ("2 x", "2"),
  ])
  func `tells different numbers apart, to the last digit`(answer: String, reference: String) {
    #expect(!accepts(answer, for: reference))
    #expect(!accepts(reference, for: answer))
  }

  @Test(arguments: [
    "", " ", "-", "$", ".", ",", "%", "+-3", "--3", "$$3", "$", "$$", "1,2", "1,2345", "12,34",
    ",123",
    "1234,567", "1.2.3", "1e", "1/0", "1/", "/2", "1/2/3", "1.5/2", "18kg", "3 4", "1 1/2", "3:30",
    "x = 3", "about 3", "3 or 4", "3 -", "1e999999999999999999999", "\\frac{1}2", "\\frac{1}{0}",
    "3 fourths", "5 thousands", "2 millions", "10 bn", "5 a", "5 x", "7 factorial", "½", "٣",
    "0x10", "nan", "inf", "1_000", "1/1234567890123456789", "three",
  ])
  func `takes nothing for a number that is none, not even for itself`(text: String) {
    #expect(ExactNumber(text) == nil)
    #expect(!accepts(text, for: text))
  }

  @Test func `reads numbers of any length in time that grows with them`() {
    let digits = String(repeating: "7", count: 200_000)
    #expect(accepts(digits + ".000", for: digits))
    #expect(!accepts(digits + "1", for: digits))
    #expect(accepts(digits + String(repeating: "0", count: 200_000), for: digits + "e200000"))
    let groups = "1" + String(repeating: ",000", count: 100_000)
    #expect(accepts(groups, for: "1e300000"))
    #expect(!accepts(String(repeating: "1,", count: 100_000), for: "1"))
  }

  @Test func `is a verifier that problems can name`() throws {
    let problem = Problem(
      family: "data", difficulty: 1, prompt: "?", answer: "1,000", verifier: "number")
    let verifier = try AnswerVerifiers.of(problem)
    #expect(verifier.accepts("$1000.00", for: problem))
  }
}
