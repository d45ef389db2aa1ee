/// The number of terminal columns of a text.
package enum DisplayWidth {
  /// One column per character; two for East Asian wide characters and emoji (Unicode Standard Annex
  /// 11); zero for control characters, which `printable(_:)` removes.
  package static func of(_ text: String) -> Int {
    text.reduce(0) { $0 + width($1) }
  }

  package static func width(_ character: Character) -> Int {
    guard let first = character.unicodeScalars.first else { return 0 }
    if first.isASCII { return first.value < 0x20 || first.value == 0x7F ? 0 : 1 }
    let isEmoji = character.unicodeScalars.contains {
      $0.properties.isEmojiPresentation || $0.value == 0xFE0F
    }
    return isEmoji || wide.contains { $0.contains(first.value) } ? 2 : 1
  }

  /// The text on one line, without control characters that a terminal would interpret.
  package static func printable(_ text: String) -> String {
    String(
      String.UnicodeScalarView(
        text.shown.unicodeScalars.map { scalar in
          scalar == "\n" || scalar == "\t" ? " " : scalar
        }))
  }

  /// The ranges in which all characters are wide.
  private static let wide: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF,
    0xA000...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE4F, 0xFF00...0xFF60,
    0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF, 0x20000...0x3FFFD,
  ]
}
