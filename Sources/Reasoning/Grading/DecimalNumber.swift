/// ± DIGITS × 10^power, with products and sums that are exact.
struct DecimalNumber: Hashable {
  /// The largest size of a power, which leaves room for sums of powers.
  static let mostPower = Int.max / 8

  var isNegative = false
  /// The digits, the first the most significant.
  var digits: [UInt8]
  var power: Int

  var negated: DecimalNumber {
    DecimalNumber(isNegative: !isNegative, digits: digits, power: power)
  }

  var magnitude: DecimalNumber { DecimalNumber(digits: digits, power: power) }

  /// The product with a number of at most 18 digits.
  func times(_ factor: UInt64) -> DecimalNumber {
    guard factor != 1 else { return self }
    var product: [UInt8] = []
    product.reserveCapacity(digits.count + 18)
    var carry: UInt64 = 0
    for digit in digits.reversed() {
      // The carry stays below the factor, so the sum is below 10^19.
      let sum = UInt64(digit) * factor + carry
      product.append(UInt8(sum % 10))
      carry = sum / 10
    }
    while carry > 0 {
      product.append(UInt8(carry % 10))
      carry /= 10
    }
    return DecimalNumber(isNegative: isNegative, digits: product.reversed(), power: power)
  }

  /// The product with a number whose own digits are few, such as a tolerance.
  func times(_ other: DecimalNumber) -> DecimalNumber {
    let factor = digits.reduce(0) { 10 * $0 + UInt64($1) }
    var product = other.times(factor)
    product.power += power
    product.isNegative = isNegative != other.isNegative
    return product
  }

  // MARK: Sums

  /// The power of ten above the first digit.
  private var top: Int { power + digits.count }

  /// The sign of a sum: -1, 0 or 1.
  ///
  /// Terms that lie far below the others are not aligned with them, so that 10^999999999 − 1 takes
  /// no space. As the few terms left are smaller than the last digit of a sum that is not 0, they
  /// cannot change its sign.
  static func sign(ofSum terms: [DecimalNumber]) -> Int {
    var rest = terms.filter { $0.digits.contains { $0 != 0 } }.sorted { $0.top > $1.top }
    while let first = rest.first {
      let gap = 4
      var lowest = first.power
      var count = 0
      while count < rest.count, rest[count].top >= lowest - gap {
        lowest = min(lowest, rest[count].power)
        count += 1
      }
      let sign = denseSign(of: rest.prefix(count), lowest: lowest)
      if sign != 0 { return sign }
      rest.removeFirst(count)
    }
    return 0
  }

  /// The sign of a sum of terms that begin near each other.
  private static func denseSign(of terms: ArraySlice<DecimalNumber>, lowest: Int) -> Int {
    let length = (terms.map(\.top).max() ?? lowest) - lowest + 2
    var sum = [Int](repeating: 0, count: length)
    for term in terms {
      for (place, digit) in term.digits.reversed().enumerated() {
        sum[place + term.power - lowest] += term.isNegative ? -Int(digit) : Int(digit)
      }
    }
    // Carries make every digit but the last one 0 to 9; the last one holds the sign.
    for place in 0..<(length - 1) {
      let carry = sum[place] >= 0 ? sum[place] / 10 : (sum[place] - 9) / 10
      sum[place + 1] += carry
      sum[place] -= carry * 10
    }
    if sum[length - 1] < 0 { return -1 }
    return sum.contains { $0 != 0 } ? 1 : 0
  }
}

extension UnsignedInteger {
  /// The decimal digits, the first the most significant.
  var digits: [UInt8] { String(self).utf8.map { $0 - UInt8(ascii: "0") } }
}
