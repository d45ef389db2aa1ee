/// The records of earlier work in a store, used to find the field that changed.
struct RecordHistory {
  private let byKind: [String: [StoreRecord]]

  /// - Parameter records: in key order.
  init(_ records: [StoreRecord]) {
    byKind = Dictionary(grouping: records, by: \.kind)
  }

  /// A point with the part of its key that is known, for comparison.
  struct Subject {
    let point: StagePoint
    let preimage: [KeyLine]
    /// The roles with an input that is not made yet; their lines are left out on both sides.
    var unknownRoles: Set<String> = []
  }

  /// Compares the subject with the record that differs least; among equals, the one whose key sorts
  /// first.
  /// - Parameter upstream: returns the point that made an input of this role and digest, if a point
  ///   did.
  func reason(
    for subject: Subject, upstream: (StagePoint, _ role: String, _ digest: String) -> Subject?
  ) -> MissReason {
    guard let nearest = nearest(to: subject, among: byKind[subject.point.kind.name] ?? []) else {
      return .noEarlierRecord
    }
    return .changed(
      explained(nearest.changes, of: subject, upstream: upstream), from: nearest.key)
  }

  private func nearest(
    to subject: Subject, among records: [StoreRecord]
  ) -> (changes: [FieldChange], key: String)? {
    var nearest: (changes: [FieldChange], key: String)?
    let now = known(subject.preimage, of: subject)
    for record in records {
      let limit = nearest?.changes.count ?? .max
      if let changes = Self.changes(
        from: known(record.preimage, of: subject), to: now, fewerThan: limit)
      {
        nearest = (changes, record.key)
        if changes.isEmpty { break }
      }
    }
    return nearest
  }

  private func known(_ lines: [KeyLine], of subject: Subject) -> [KeyLine] {
    if subject.unknownRoles.isEmpty { return lines }
    return lines.filter { line in
      !subject.unknownRoles.contains { line.isInput(ofRole: $0) }
    }
  }

  /// Adds to each changed input the changes in the point that makes it.
  private func explained(
    _ changes: [FieldChange], of subject: Subject,
    upstream: (StagePoint, String, String) -> Subject?
  ) -> [FieldChange] {
    changes.map { change in
      guard let before = change.before?.inputDigest, let now = change.now?.inputDigest,
        let role = subject.point.inputs.map(\.role).first(where: {
          KeyLine(path: change.path, text: "").isInput(ofRole: $0)
        }),
        let maker = upstream(subject.point, role, now),
        let nearest = nearest(
          to: maker,
          among: (byKind[maker.point.kind.name] ?? []).filter { $0.artifact == before }),
        !nearest.changes.isEmpty
      else { return change }
      // The recursion ends because the maker comes before its user in the graph.
      let causes = explained(nearest.changes, of: maker, upstream: upstream)
      return FieldChange(
        path: change.path, before: change.before, now: change.now,
        cause: FieldChange.Cause(
          address: maker.point.address, changes: causes, from: nearest.key))
    }
  }

  /// The lines that differ, or nil as soon as there are too many. Both lists are sorted by path.
  private static func changes(
    from old: [KeyLine], to new: [KeyLine], fewerThan limit: Int
  ) -> [FieldChange]? {
    var changes: [FieldChange] = []
    var (i, j) = (0, 0)
    while i < old.count || j < new.count {
      if i < old.count, j < new.count, old[i].path == new[j].path {
        if old[i].text != new[j].text {
          changes.append(
            FieldChange(path: old[i].path, before: old[i].text, now: new[j].text))
        }
        i += 1
        j += 1
      } else if j == new.count || (i < old.count && old[i].path < new[j].path) {
        changes.append(FieldChange(path: old[i].path, before: old[i].text, now: nil))
        i += 1
      } else {
        changes.append(FieldChange(path: new[j].path, before: nil, now: new[j].text))
        j += 1
      }
      if changes.count >= limit { return nil }
    }
    return changes
  }
}

extension KeyLine {
  /// True if the line is about an input of this role; a collecting role has one line for each
  /// input.
  func isInput(ofRole role: String) -> Bool {
    path == "inputs.\(role)" || path.hasPrefix("inputs.\(role).")
  }
}

extension String {
  /// The digest at the end of an input's line; the line of a collecting role begins with a
  /// position.
  fileprivate var inputDigest: String? {
    let digest = String(suffix(64))
    return ContentDigest.isWellFormed(digest) ? digest : nil
  }
}
