// Text from files and other programs, made safe for a terminal.

extension Unicode.Scalar {
  /// True if the scalar could change what a terminal or an editor shows: control characters except
  /// tab and line feed, and characters that change the direction of text (Unicode Technical Report
  /// 36, 2.5).
  package var isUnshowable: Bool {
    switch value {
    case 0x09, 0x0A: false
    case 0x00...0x1F, 0x7F...0x9F, 0x202A...0x202E, 0x2066...0x2069: true
    default: false
    }
  }
}

extension String {
  /// The same without what a text may not do to a terminal; lines and tabs stay.
  package var shown: String { replacingUnshowable { "\\u{" + String($0.value, radix: 16) + "}" } }

  fileprivate func replacingUnshowable(by escape: (Unicode.Scalar) -> String) -> String {
    guard unicodeScalars.contains(where: \.isUnshowable) else { return self }
    return unicodeScalars.reduce(into: "") { text, scalar in
      if scalar.isUnshowable {
        text += escape(scalar)
      } else {
        text.unicodeScalars.append(scalar)
      }
    }
  }
}

extension JSONText {
  /// The indented text, in which characters that could change what a terminal shows are escaped.
  package var shown: String { indented.replacingUnshowable(by: Self.escaped) }
}
