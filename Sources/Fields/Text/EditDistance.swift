/// Finds the name that was probably meant by a misspelled one.
package enum EditDistance {
  /// Longer names, in Unicode scalars, are not compared: the work grows with the square of the
  /// length, and names come from files of strangers.
  package static let longestName = 64

  /// The nearest name, if it is near enough for a typing mistake: at most 2 edits, or a third of a
  /// long name's length, and always less than half of the longer name's letters, because so many
  /// edits turn any short name into any other. Among equally near names the first wins.
  package static func suggestion(for written: String, among names: [String]) -> String? {
    let length = written.unicodeScalars.count
    guard length <= longestName else { return nil }
    let limit = max(2, length / 3)
    var best: (name: String, distance: Int)?
    for name in names {
      let other = name.unicodeScalars.count
      guard other <= longestName, abs(other - length) <= limit else { continue }
      let distance = between(written, name)
      let isSlip = distance <= limit && distance * 2 < max(length, other)
      if isSlip, distance < (best?.distance ?? .max) { best = (name, distance) }
    }
    return best?.name
  }

  /// The number of insertions, deletions, replacements and swaps of neighbours that turn one text
  /// into the other (optimal string alignment distance), ignoring case. Its time is the product of
  /// their lengths.
  package static func between(_ first: String, _ second: String) -> Int {
    let a = Array(first.lowercased().unicodeScalars)
    let b = Array(second.lowercased().unicodeScalars)
    guard !a.isEmpty, !b.isEmpty else { return max(a.count, b.count) }
    var beforeLast = [Int](repeating: 0, count: b.count + 1)
    var last = Array(0...b.count)
    for i in 1...a.count {
      var row = [i] + [Int](repeating: 0, count: b.count)
      for j in 1...b.count {
        let isEqual = a[i - 1] == b[j - 1]
        row[j] = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (isEqual ? 0 : 1))
        if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
          row[j] = min(row[j], beforeLast[j - 2] + 1)
        }
      }
      (beforeLast, last) = (last, row)
    }
    return last[b.count]
  }
}
