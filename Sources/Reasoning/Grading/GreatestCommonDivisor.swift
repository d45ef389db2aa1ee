extension BinaryInteger {
  /// The greatest common divisor with another number, by Euclid's algorithm; that with 0 is the
  /// number itself.
  func greatestCommonDivisor(with other: Self) -> Self {
    var (large, small) = (self, other)
    while small != 0 { (large, small) = (small, large % small) }
    return large
  }
}
