import Fields

/// The figures of a log by name, thinned so that a long training takes no more room than a short
/// one: where there are too many rows, each point is the mean of so many rows in a row.
package struct Curve: Sendable {
  /// The most points; when they are reached, neighbours are joined in pairs. Even.
  static let mostPoints = 512
  private static let mostNames = 64

  /// The name of the first figure of each row, over which the others are drawn.
  package private(set) var abscissa = "step"
  package private(set) var names: [String] = []
  /// The number of rows that a point stands for; a power of two.
  package private(set) var rowsPerPoint = 1
  /// The points: the abscissa of the last row, then the means in the order of `names`. Older points
  /// are shorter if names came later.
  package private(set) var points: [[Double?]] = []
  /// The latest row as it was logged.
  package private(set) var last: [Double?] = []
  private var pending: [[Double?]] = []

  package init() {}

  /// Adds a line of a log.
  /// - Returns: false if the line is no flat object that begins with a number.
  package mutating func add(_ line: some Sequence<UInt8>) -> Bool {
    guard case .object(let members) = try? JSONText(parsing: line),
      let first = members.first, let x = first.1.finiteValue
    else { return false }
    abscissa = first.0
    var row = [x] + [Double?](repeating: nil, count: names.count)
    for (name, value) in members.dropFirst() {
      guard let figure = value.finiteValue else { continue }
      if let place = names.firstIndex(of: name) {
        row[place + 1] = figure
      } else if names.count < Self.mostNames {
        names.append(name)
        row.append(figure)
      }
    }
    last = row
    pending.append(row)
    if pending.count == rowsPerPoint {
      points.append(Self.mean(of: pending))
      pending = []
    }
    if points.count == Self.mostPoints {
      points = stride(from: 0, to: points.count, by: 2).map {
        Self.mean(of: [points[$0], points[$0 + 1]])
      }
      rowsPerPoint *= 2
    }
    return true
  }

  /// The mean of each figure over the rows that have it, at the abscissa of the last row.
  private static func mean(of rows: [[Double?]]) -> [Double?] {
    guard rows.count > 1, let longest = rows.map(\.count).max() else { return rows.first ?? [] }
    return (0..<longest).map { place in
      if place == 0 { return rows.last?.first ?? nil }
      let values = rows.compactMap { place < $0.count ? $0[place] : nil }
      return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
    }
  }
}
