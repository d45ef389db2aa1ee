import Fields

/// The values that `grid` or `zip` gives for one field: a list, or a map that names each.
///
/// ```yaml
/// rl.train.max_steps: [40, 80]
/// rl.reward: {none: {}, length: {length_penalty: {alpha: 0.1}}}
/// ```
struct SweptValues {
  /// At least one.
  let values: [(name: YAMLNode?, node: YAMLNode)]

  /// - Returns: nil after reporting that there are no values, or a wrong name.
  init?(_ entry: YAMLNode.Entry, of field: SweptField, _ log: LoadLog) {
    let value = entry.value
    if let elements = value.elements {
      values = elements.map { (nil, $0) }
    } else if let entries = value.entries {
      values = entries.map { ($0.key, $0.value) }
    } else {
      log.report(
        "expected a list of values to sweep, or a map that names them, found \(value.described)",
        at: entry.place, help: value.text.flatMap { $0.isEmpty ? nil : "write a list: [\($0)]" })
      return nil
    }
    if values.isEmpty {
      // Names that were refused have been reported.
      if value.dropped.isEmpty {
        log.report("the sweep of \(entry.name.quoted) has no values", at: entry.place)
      }
      return nil
    }
    let before = log.mistakeCount
    for named in value.entries ?? [] {
      Self.check(named, ofSweep: entry.name, field, log)
    }
    guard log.mistakeCount == before, value.dropped.isEmpty else { return nil }
  }

  /// Reports a text that cannot be a name, and a field where a name is expected.
  private static func check(
    _ named: YAMLNode.Entry, ofSweep path: String, _ field: SweptField, _ log: LoadLog
  ) {
    let name = named.name
    guard name.isMapKey, CoreScalar(name, isPlain: true) == .string(name) else {
      return log.report(
        "\(named.key.described) cannot name a value", at: named.key,
        help: "use letters, digits, _ and -, but no number, and neither true, false nor null")
    }
    guard case .group(let group) = field.type, group[name] != nil, !named.value.isRefused,
      !named.value.isExplicitNull
    else { return }
    // A value may have the name of the field that it writes.
    let inner = named.value.entries
    if let inner, inner.isEmpty || inner.contains(where: { group[$0.name] != nil }) { return }
    log.report(
      "expected a name for each value of \(path.quoted), found the field \(name.quoted)",
      at: named.key,
      help: "write a list of values, [{\(name): …}], or name them: {NAME: {\(name): …}}")
  }
}
