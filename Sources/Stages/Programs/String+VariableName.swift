extension String {
  /// True for a name that an environment variable can have: ASCII letters, digits and underscores.
  var isVariableName: Bool {
    utf8.allSatisfy { $0 < 0x80 } && wholeMatch(of: /[A-Za-z_][A-Za-z0-9_]*/) != nil
  }
}
