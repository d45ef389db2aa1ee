/// An amount with a unit, in a file and on the command line alike: `30m`, `2G`.
package enum Quantity: Sendable, Hashable {
  /// A time above zero: `90s`, `30m`, `2h`, `1d`, and the form of progress lines, `1h05m`.
  case time
  /// A number of bytes above zero: `512M`, `2G`, `1.5GB` in powers of 1000, `2GiB` in powers of
  /// 1024.
  case size

  /// The expected value in the words of messages.
  package var text: String {
    switch self {
    case .time: "a time such as 90s, 30m or 2h"
    case .size: "a size such as 512M, 2G or 2GiB"
    }
  }

  /// A regular expression for the accepted texts, for schemas.
  package var pattern: String {
    switch self {
    case .time: "^([0-9]+(\\.[0-9]+)?[dhms])+$"
    case .size: "^[0-9]+(\\.[0-9]+)?([kMGT]?B|[kKMGT]|[KMGT]iB)$"
    }
  }

  /// The seconds or bytes of a text; nil if it is not an amount, or is too small or too large.
  package func amount(_ text: String) -> Double? {
    switch self {
    case .time: TimeSpan(text)?.seconds
    case .size: ByteSize(text).map { Double($0.bytes) }
    }
  }
}

/// A duration of at least a millisecond and less than 1e9 seconds (about thirty years).
package struct TimeSpan: Sendable, Hashable, Codable {
  package let seconds: Double

  package var duration: Duration { .seconds(seconds) }

  private static let units: [(name: Character, seconds: Double)] = [
    ("d", 86_400), ("h", 3600), ("m", 60), ("s", 1),
  ]

  /// Reads numbers with their units, larger units first, each at most once.
  package init?(_ text: String) {
    var rest = text[...]
    var units = Self.units[...]
    var sum = 0.0
    repeat {
      guard let number = rest.takeNumber(), let unit = rest.popFirst(),
        let index = units.firstIndex(where: { $0.name == unit })
      else { return nil }
      sum += number * units[index].seconds
      units = units[(index + 1)...]
    } while !rest.isEmpty
    guard sum >= 1e-3, sum < 1e9 else { return nil }
    seconds = sum
  }
}

/// A count of bytes, above zero and below 2^60.
package struct ByteSize: Sendable, Hashable, Codable {
  package let bytes: Int

  private static let units: [String: Double] = [
    "B": 1, "k": 1e3, "K": 1e3, "kB": 1e3, "M": 1e6, "MB": 1e6, "G": 1e9, "GB": 1e9, "T": 1e12,
    "TB": 1e12,
    "KiB": 0x1p10, "MiB": 0x1p20, "GiB": 0x1p30, "TiB": 0x1p40,
  ]

  /// Reads a number and its unit.
  package init?(_ text: String) {
    var rest = text[...]
    guard let number = rest.takeNumber(), let unit = Self.units[String(rest)] else { return nil }
    let amount = (number * unit).rounded()
    guard amount >= 1, amount < 0x1p60 else { return nil }
    bytes = Int(amount)
  }
}

extension Substring {
  /// Removes a number from the front: digits, perhaps with a point between them.
  fileprivate mutating func takeNumber() -> Double? {
    func isDigit(_ character: Character) -> Bool { "0"..."9" ~= character && character.isASCII }
    let whole = prefix(while: isDigit)
    guard !whole.isEmpty else { return nil }
    var end = whole.endIndex
    if end < endIndex, self[end] == "." {
      let decimals = self[index(after: end)...].prefix(while: isDigit)
      guard !decimals.isEmpty else { return nil }
      end = decimals.endIndex
    }
    let number = Double(self[..<end])
    self = self[end...]
    return number
  }
}
