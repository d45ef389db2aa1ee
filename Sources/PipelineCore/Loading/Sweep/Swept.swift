import Fields

/// The third pass: the axes of `sweep`, and the stages with the first value of each swept field.
struct Swept {
  let stages: [StageDraft]
  /// The axes in file order, without that of the seeds.
  let axes: [AxisDraft]
  /// True if the axes are complete: no mistake has removed one.
  let isSound: Bool

  init(_ drafts: Drafts, of composed: Composed, _ log: LoadLog) {
    var reader = SweepReader(drafts, log)
    reader.read(composed.root["sweep"])
    stages = reader.stages
    axes = reader.axes
    isSound = reader.isSound
  }
}

/// Reads `sweep`: every combination of the fields in `grid`, the lists in `zip` element by element,
/// and the settings in `points`. In `grid` and `zip` a map gives the values names.
private struct SweepReader {
  let brokenStages: Set<String>
  let log: LoadLog
  var stages: [StageDraft]
  var axes: [AxisDraft] = []
  var isSound: Bool
  /// The fields set by an axis, to report two axes that set the same field.
  var claimedFields: [AxisDraft.Field] = []

  init(_ drafts: Drafts, _ log: LoadLog) {
    brokenStages = drafts.brokenStages
    stages = drafts.stages
    isSound = drafts.isSweepSound
    self.log = log
  }

  mutating func read(_ entry: YAMLNode.Entry?) {
    guard let entry, !entry.value.isExplicitNull else { return }
    let before = log.mistakeCount
    defer {
      if log.mistakeCount > before || entry.value.holdsMistake { isSound = false }
    }
    if case .refused = entry.value.content { return }
    guard let entries = entry.value.entries else {
      log.report(
        "expected a map for 'sweep', found \(entry.value.described)", at: entry.place)
      return
    }
    _ = log.validator.members(
      of: entries, in: PipelineFields.sweep,
      at: Validator.FieldPlace(path: ["sweep"], node: entry.key, root: PipelineFields.sweep),
      except: ["grid", "zip", "points"])
    for list in lists(of: "grid", in: entry.value) {
      append(AxisDraft(fields: [list.field], rows: list.values.map { $0.map { [$0] } } ?? []))
    }
    readZip(entry.value)
    readPoints(entry.value["points"])
    placeFirstValues()
    checkPresets()
  }

  // MARK: Grid and zip

  /// A field and the values listed for it; nil values after a mistake.
  private typealias SweptList = (field: AxisDraft.Field, values: [AxisDraft.Value]?)

  /// The lists of `grid` or `zip`, by path.
  private mutating func lists(of form: String, in sweep: YAMLNode) -> [SweptList] {
    guard let map = sweep[form], !map.value.isExplicitNull, !map.value.isRefused else { return [] }
    guard let entries = map.value.entries else {
      log.report(
        "expected a map from fields to lists for '\(form)', found \(map.value.described)",
        at: map.place, help: "write STAGE.field.path: [value, value]")
      return []
    }
    return entries.compactMap { entry -> SweptList? in
      guard let (field, swept) = claimed(entry.key) else { return nil }
      if case .refused = entry.value.content { return (field, nil) }
      guard let listed = SweptValues(entry, of: swept, log) else { return (field, nil) }
      let values = listed.values.map { name, node in
        let read = value(node, of: field, swept, key: name ?? entry.key)
        return read.map { AxisDraft.Value(value: $0.value, node: $0.node, name: name?.text) }
      }
      let sound = values.compactMap { $0 }
      // A grid continues with the valid values; a zip needs every value.
      return (field, form == "grid" || sound.count == values.count ? sound : nil)
    }
  }

  private mutating func readZip(_ sweep: YAMLNode) {
    let lists = lists(of: "zip", in: sweep)
    guard let first = lists.first else { return }
    var isEven = true
    for list in lists.dropFirst() {
      guard let length = first.values?.count, let other = list.values?.count, other != length,
        let key = list.field.key, let firstKey = first.field.key
      else { continue }
      isEven = false
      log.report(
        "\(list.field.path.quoted) has \(other) value\(other == 1 ? "" : "s"), but "
          + "\(first.field.path.quoted) has \(length): a zip takes its lists element by element",
        at: key,
        notes: [Diagnostic.Note("the other list", at: firstKey.range, in: firstKey.file)])
    }
    let columns = lists.compactMap(\.values)
    let isSound = isEven && columns.count == lists.count
    let rows = isSound ? columns[0].indices.map { row in columns.map { $0[row] } } : []
    append(AxisDraft(fields: lists.map(\.field), rows: rows, form: "zip"))
  }

  // MARK: Points

  private mutating func readPoints(_ entry: YAMLNode.Entry?) {
    guard let entry, !entry.value.isExplicitNull, !entry.value.isRefused else { return }
    guard let points = entry.value.elements, let first = points.first else {
      let found = entry.value.elements == nil ? entry.value.described : "none"
      log.report(
        "expected a list of points, found \(found)", at: entry.place,
        help: "write - {STAGE.field: value, STAGE.field: value}")
      return
    }
    for point in points where point.entries?.isEmpty ?? true && !point.isRefused {
      let found = point.entries == nil ? point.described : "none"
      log.report(
        "expected a map from fields to values for a point, found \(found)",
        at: point.range.isEmpty ? entry.key : point)
    }
    var claims: [(field: AxisDraft.Field, swept: SweptField)] = []
    for path in first.entries ?? [] {
      if let claim = claimed(path.key) { claims.append(claim) }
    }
    guard let named = first.entries, !named.isEmpty else { return }
    var rows: [[AxisDraft.Value]] = []
    for point in points {
      guard let entries = point.entries, !entries.isEmpty else { continue }
      checkFields(of: entries, in: point, against: named, first)
      let row = claims.compactMap { claim in
        point[claim.field.path].flatMap {
          value($0.value, of: claim.field, claim.swept, key: $0.key)
        }
      }
      if row.count == claims.count, !row.isEmpty { rows.append(row) }
    }
    append(AxisDraft(fields: claims.map(\.field), rows: rows, form: "points"))
  }

  /// Checks that every point sets the same fields, so that each point is complete.
  private func checkFields(
    of entries: [YAMLNode.Entry], in point: YAMLNode, against named: [YAMLNode.Entry],
    _ first: YAMLNode
  ) {
    let place = entries[0].key
    for entry in named where point[entry.name] == nil {
      log.report(
        "this point does not set \(entry.name.quoted), as the first does", at: place,
        notes: [Diagnostic.Note("set here", at: entry.key.range, in: entry.key.file)],
        help: "every point sets the same fields")
    }
    for entry in entries where first[entry.name] == nil {
      log.report(
        "this point sets \(entry.name.quoted), but the first does not", at: entry.key,
        notes: [Diagnostic.Note("the first point", at: named[0].key.range, in: named[0].key.file)],
        help: "every point sets the same fields")
    }
  }

  // MARK: Fields and values

  /// The field that a path names; nil after reporting that there is none, or that another axis sets
  /// it.
  private mutating func claimed(
    _ key: YAMLNode
  ) -> (field: AxisDraft.Field, swept: SweptField)? {
    let path = key.text ?? ""
    let parts = path.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard let swept = SweptPath(parts, written: key).field(among: stages, brokenStages, log)
    else { return nil }
    if let other = claimedFields.first(where: {
      "\($0.path).".hasPrefix("\(path).") || "\(path).".hasPrefix("\($0.path).")
    }), let otherKey = other.key {
      log.report(
        path == other.path
          ? "\(path.quoted) is swept already"
          : "\(path.quoted) and \(other.path.quoted) sweep the same field", at: key,
        notes: [Diagnostic.Note("also swept here", at: otherKey.range, in: otherKey.file)])
      return nil
    }
    checkShadowed(swept, at: parts)
    let field = AxisDraft.Field(path: path, key: key)
    claimedFields.append(field)
    return (field, swept)
  }

  /// Validates a value that the stage writes itself, although the sweep replaces it.
  private func checkShadowed(_ swept: SweptField, at path: [String]) {
    guard let stage = stages.first(where: { $0.name == path[0] }),
      let node = stage.node.value(at: Array(path.dropFirst())),
      !(swept.isOptional && node.isExplicitNull)
    else { return }
    let shown = stage.node.place(of: Array(path.dropFirst())) ?? stage.key
    _ = log.validator.value(
      from: node, as: swept.type,
      at: Validator.FieldPlace(path: path, node: shown, root: swept.root))
  }

  private func value(
    _ node: YAMLNode, of field: AxisDraft.Field, _ swept: SweptField, key: YAMLNode
  ) -> AxisDraft.Value? {
    let shown = node.range.isEmpty ? key : node
    let place = Validator.FieldPlace(path: field.parts, node: shown, root: swept.root)
    let value =
      swept.isOptional && node.isExplicitNull
      ? .absent : log.validator.value(from: node, as: swept.type, at: place)
    return value.map { AxisDraft.Value(value: $0, node: node) }
  }

  /// Adds an axis; a setting that occurs twice is kept once.
  private mutating func append(_ axis: AxisDraft) {
    guard !axis.fields.isEmpty else { return }
    var first: [[FieldValue]: [AxisDraft.Value]] = [:]
    first.reserveCapacity(axis.rows.count)
    var distinct = axis
    distinct.rows = []
    for row in axis.rows {
      let values = row.map(\.value)
      guard let earlier = first[values] else {
        first[values] = row
        distinct.rows.append(row)
        continue
      }
      let (text, earlierText) = (Self.text(of: row), Self.text(of: earlier))
      let place = shown(row[0].node, in: axis)
      let earlierPlace = shown(earlier[0].node, in: axis)
      log.diagnostics.append(
        Diagnostic(
          .warning,
          text == earlierText
            ? "\(text.quoted) is swept twice; it is run once"
            : "\(text.quoted) is the same as \(earlierText.quoted), which alone is run",
          at: place.range, in: place.file,
          notes: [
            Diagnostic.Note("first given here", at: earlierPlace.range, in: earlierPlace.file)
          ] + place.notes))
    }
    axes.append(distinct)
  }

  /// The names of the values of a setting, or the values themselves.
  private static func text(of row: [AxisDraft.Value]) -> String {
    row.map { $0.name ?? $0.value.text }.joined(separator: ", ")
  }

  private func shown(_ node: YAMLNode, in axis: AxisDraft) -> YAMLNode {
    node.range.isEmpty ? axis.fields[0].key ?? node : node
  }

  /// Puts each axis's first value into its stage, so that a swept field need not be written there
  /// and the groups around it exist. An axis without a valid value leaves a refused node: its
  /// mistake has been reported.
  private mutating func placeFirstValues() {
    for axis in axes {
      for (index, field) in axis.fields.enumerated() {
        guard let key = field.key,
          let stage = stages.firstIndex(where: { $0.name == field.parts[0] })
        else { continue }
        let value =
          axis.rows.first?[index].node ?? YAMLNode(.refused, file: key.file, range: key.range)
        stages[stage].node = stages[stage].node.setting(value, at: field.keys[...])
      }
    }
  }

  /// Checks the values of swept fields against the presets of their stages.
  private func checkPresets() {
    for axis in axes {
      for (index, field) in axis.fields.enumerated() where field.key != nil {
        let stage = stages.first { $0.name == field.parts[0] }
        stage?.preset?.check(axis.rows.map { $0[index].node }, of: field, log)
      }
    }
  }
}
