/// The arithmetic of the ladder suite: three operations on digits, modulo 10.
package enum DigitOperation: Character, CaseIterable, Sendable {
  case plus = "+"
  case minus = "-"
  case times = "*"

  /// `a o b` modulo 10, in 0...9.
  package func callAsFunction(_ a: Int, _ b: Int) -> Int {
    switch self {
    case .plus: (a + b) % 10
    case .minus: ((a - b) % 10 + 10) % 10
    case .times: (a * b) % 10
    }
  }

  var symbol: Character { rawValue }
}
