import Foundation

/// A real number in floating point with a bound of its error.
///
/// It never makes two expressions equal. It keeps apart what is equal modulo a prime alone: the
/// other sign of a root, and a sum with a multiple of the prime.
struct Approximation: Sendable {
  let value: Double
  let error: Double

  /// - Returns: nil for what is not finite.
  init?(_ value: Double, error: Double = 0) {
    guard value.isFinite, error.isFinite else { return nil }
    self.value = value
    self.error = error + abs(value) * 0x1p-50
  }

  /// True if the two numbers are certainly different.
  func differs(from other: Approximation) -> Bool {
    abs(value - other.value) > 4 * (error + other.error)
  }

  /// True if the number is certainly not 0.
  var hasSign: Bool { abs(value) > 4 * error }

  /// Returns the value of a function, with the error that the argument's causes.
  func mapped(_ function: (Double) -> Double) -> Approximation? {
    let result = function(value)
    let change = max(
      abs(function(value + error) - result), abs(function(value - error) - result))
    return Approximation(result, error: change.isFinite ? 2 * change : .infinity)
  }
}

/// The evaluation of a tree in floating point, with names as given.
struct ApproximateEvaluation {
  /// The number of sets of values for names; in all but the first some are negative.
  static let points = 3

  let point: Int
  private(set) var steps = 0

  init(point: Int) { self.point = point }

  /// - Returns: nil for what is not real, not finite, or has a part without a value.
  mutating func value(_ node: MathNode) -> Approximation? {
    steps += 1
    guard steps <= MathLimits.steps else { return nil }
    switch node {
    case .number(let number): return Self.value(number)
    case .repeating, .based, .infinity: return nil
    case .symbol(let name): return symbol(name)
    case .sum(let parts):
      var (sum, error) = (0.0, 0.0)
      for part in parts {
        guard let next = value(part) else { return nil }
        sum += next.value
        error += next.error + abs(sum) * 0x1p-52
      }
      return Approximation(sum, error: error)
    case .negative(let part):
      return value(part).flatMap { Approximation(-$0.value, error: $0.error) }
    case .product(let parts):
      var product = Approximation(1)
      for part in parts {
        guard let first = product, let next = value(part) else { return nil }
        product = multiplied(first, next)
      }
      return product
    case .quotient(let above, let below):
      guard let above = value(above), let below = value(below), below.hasSign else { return nil }
      guard let inverse = below.mapped({ 1 / $0 }) else { return nil }
      return multiplied(above, inverse)
    case .power(let base, let exponent): return power(base, exponent)
    case .root(let index, let part):
      guard let inside = value(part) else { return nil }
      return root(inside, index)
    case .function(let name, let arguments): return function(name, arguments)
    case .apply(let name, let arguments):
      let isFunction = name.first.map { MathVocabulary.functionLetters.contains(String($0)) }
      guard arguments.count == 1, isFunction == false, let first = symbol(name),
        let second = value(arguments[0])
      else { return nil }
      return multiplied(first, second)
    case .percent(let part): return value(part).flatMap { $0.mapped { $0 / 100 } }
    case .degree(let part): return value(part).flatMap { $0.mapped { $0 * .pi / 180 } }
    case .quantity(let part, _): return value(part)
    default: return nil
    }
  }

  private static func value(_ number: NumberText) -> Approximation? {
    // The first 40 digits decide; the rest are places.
    let kept = number.significant.prefix(40)
    let (power, overflow) = number.exponent.addingReportingOverflow(
      number.significant.count - kept.count - number.places)
    guard !overflow else { return nil }
    if kept.isEmpty { return Approximation(0) }
    let text = String(decoding: kept.map { $0 + 48 }, as: UTF8.self) + "e\(power)"
    return Double(text).flatMap { Approximation($0) }
  }

  private func symbol(_ name: String) -> Approximation? {
    switch name {
    case "π": return Approximation(.pi)
    case "e": return Approximation(M_E)
    case "i", "∅", "…": return nil
    default: break
    }
    var state: UInt64 = 0xCBF2_9CE4_8422_2325 &+ UInt64(point)
    for byte in name.utf8 { state = (state ^ UInt64(byte)) &* 0x100_0000_01B3 }
    state ^= state >> 29
    // Between 1 and 3: at the first point all are positive, at the second all are negative.
    let size = 1 + Double(state % 1_000_003) / 500_001
    let isNegative = point == 1 || point == 2 && (state >> 40) & 1 == 1
    return Approximation(isNegative ? -size : size)
  }

  private func multiplied(_ first: Approximation, _ second: Approximation) -> Approximation? {
    Approximation(
      first.value * second.value,
      error: abs(first.value) * second.error + abs(second.value) * first.error
        + first.error * second.error)
  }

  private mutating func power(_ base: MathNode, _ exponent: MathNode) -> Approximation? {
    if let fraction = exponent.fraction {
      guard let inside = value(base) else { return nil }
      if fraction.isWhole {
        return inside.mapped { pow($0, fraction.value) }
      }
      guard let root = root(inside, fraction.below) else { return nil }
      return root.mapped { pow($0, Double(fraction.above)) }
    }
    guard let base = value(base), let exponent = value(exponent), base.value > 0, base.hasSign
    else { return nil }
    guard let logarithm = base.mapped({ log($0) }) else { return nil }
    return multiplied(exponent, logarithm)?.mapped { exp($0) }
  }

  private func root(_ inside: Approximation, _ index: Int) -> Approximation? {
    if inside.value == 0, inside.error == 0 { return inside }
    guard inside.hasSign else { return nil }
    if inside.value > 0 {
      return inside.mapped { index == 2 ? $0.squareRoot() : pow($0, 1 / Double(index)) }
    }
    guard !index.isMultiple(of: 2) else { return nil }
    return inside.mapped { -pow(-$0, 1 / Double(index)) }
  }

  private mutating func function(_ name: String, _ arguments: [MathNode]) -> Approximation? {
    if name == "log", arguments.count == 2 {
      guard let base = logarithm(arguments[0]), let top = logarithm(arguments[1]), base.hasSign,
        let inverse = base.mapped({ 1 / $0 })
      else { return nil }
      return multiplied(top, inverse)
    }
    guard arguments.count == 1 else { return nil }
    if name == "!" { return factorial(arguments[0]) }
    guard let inside = value(arguments[0]) else { return nil }
    switch name {
    case "sin": return inside.mapped { sin($0) }
    case "cos": return inside.mapped { cos($0) }
    case "tan": return inside.mapped { tan($0) }
    case "cot": return inside.mapped { 1 / tan($0) }
    case "sec": return inside.mapped { 1 / cos($0) }
    case "csc": return inside.mapped { 1 / sin($0) }
    case "arcsin" where abs(inside.value) < 0.999: return inside.mapped { asin($0) }
    case "arccos" where abs(inside.value) < 0.999: return inside.mapped { acos($0) }
    case "arctan": return inside.mapped { atan($0) }
    case "sinh": return inside.mapped { sinh($0) }
    case "cosh": return inside.mapped { cosh($0) }
    case "tanh": return inside.mapped { tanh($0) }
    case "ln": return logarithm(arguments[0])
    case "lg": return logarithm(arguments[0])?.mapped { $0 / 2.302585092994046 }
    case "abs": return inside.mapped { abs($0) }
    default: return nil
    }
  }

  private mutating func logarithm(_ node: MathNode) -> Approximation? {
    guard let inside = value(node), inside.hasSign, inside.value > 0 else { return nil }
    return inside.mapped { log($0) }
  }

  private func factorial(_ node: MathNode) -> Approximation? {
    guard let fraction = node.fraction, fraction.isWhole, (0...170).contains(fraction.above) else {
      return nil
    }
    let product = (0..<fraction.above).reduce(1.0) { $0 * Double($1 + 1) }
    return Approximation(product, error: product * 0x1p-44)
  }
}
