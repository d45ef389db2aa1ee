/// The last number of the text: a sign, digits, commas between thousands, decimals, and `a/b`. It
/// is given without the commas.
package struct LastNumber: AnswerFinder {
  package let name = "last_number"
  package let meaning = "the last number, without commas between thousands"

  package init() {}

  package func answer(in text: String) -> String? {
    let bytes = Array(text.utf8)
    var last: [UInt8]?
    var place = 0
    while place < bytes.count {
      guard Self.beginsNumber(bytes, place) else {
        place += 1
        continue
      }
      let start = place
      var number = Self.decimal(bytes, &place)
      if place + 1 < bytes.count, bytes[place] == UInt8(ascii: "/"), isDigit(bytes[place + 1]) {
        place += 1
        number += [UInt8(ascii: "/")] + Self.decimal(bytes, &place)
      }
      last = (Self.isNegative(bytes, before: start) ? [UInt8(ascii: "-")] : []) + number
    }
    return last.map { String(decoding: $0, as: UTF8.self) }
  }

  /// True at a digit, and at a point before one.
  private static func beginsNumber(_ bytes: [UInt8], _ place: Int) -> Bool {
    if isDigit(bytes[place]) { return true }
    return bytes[place] == UInt8(ascii: ".") && place + 1 < bytes.count
      && isDigit(bytes[place + 1])
  }

  /// Reads digits and their decimals, and moves past them.
  private static func decimal(_ bytes: [UInt8], _ place: inout Int) -> [UInt8] {
    var number = digits(bytes, &place)
    if (1...3).contains(number.count) {
      while place + 3 < bytes.count, bytes[place] == UInt8(ascii: ","),
        bytes[(place + 1)...(place + 3)].allSatisfy(isDigit),
        place + 4 == bytes.count || !isDigit(bytes[place + 4])
      {
        number += bytes[(place + 1)...(place + 3)]
        place += 4
      }
    }
    if place + 1 < bytes.count, bytes[place] == UInt8(ascii: "."), isDigit(bytes[place + 1]) {
      place += 1
      number += [UInt8(ascii: ".")] + digits(bytes, &place)
    }
    return number
  }

  private static func digits(_ bytes: [UInt8], _ place: inout Int) -> [UInt8] {
    let digits = bytes[place...].prefix(while: isDigit)
    place = digits.endIndex
    return Array(digits)
  }

  /// True after a minus, as ASCII or U+2212, that does not stand between two values: `5-3` has the
  /// number 3.
  private static func isNegative(_ bytes: [UInt8], before start: Int) -> Bool {
    let signs = [Array("-".utf8), Array("\u{2212}".utf8)]
    guard let sign = signs.first(where: { bytes[..<start].suffix($0.count).elementsEqual($0) })
    else { return false }
    guard let before = bytes[..<(start - sign.count)].last else { return true }
    return !(isDigit(before) || before == UInt8(ascii: ")") || isLetter(before))
  }
}

private func isDigit(_ byte: UInt8) -> Bool {
  (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
}

private func isLetter(_ byte: UInt8) -> Bool {
  (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
}
