import Fields
import Foundation
import PipelineCore
import Stages

/// The log of one stage as the page shows it: figures as a curve, other lines as text.
struct StageLog {
  /// The client's part of a curve: what it has already.
  struct Known {
    var key = ""
    var rowsPerPoint = 0
    var points = 0
    var texts = 0
  }

  private static let mostTexts = 60
  private static let mostCharacters = 500

  private let key: String
  private var reader = StageLogReader()
  private var curve = Curve()
  /// The last lines that are no figures.
  private var texts: [String] = []
  private var textCount = 0

  init(key: String) { self.key = key }

  /// Reads what came since.
  mutating func refresh(_ point: RunRecord.Point, _ store: Store) throws {
    for line in try reader.news(of: point, in: store) where !curve.add(line) {
      // A line has no limit, and a character may take any number of bytes.
      let text = String(decoding: line.prefix(4 * Self.mostCharacters), as: UTF8.self)
      texts.append(String(text.shown.prefix(Self.mostCharacters)))
      textCount += 1
    }
    texts = texts.suffix(Self.mostTexts)
  }

  /// The part that the client does not have yet; all for a client that has other points.
  func news(since known: Known) -> JSONText {
    let short = String(key.prefix(16))
    let goesOn =
      known.key == short && known.rowsPerPoint == curve.rowsPerPoint
      && (0...curve.points.count).contains(known.points)
    let from = goesOn ? known.points : 0
    var members: [(String, JSONText)] = [
      ("key", .string(short)), ("x", .string(curve.abscissa.shown)),
      ("rowsPerPoint", .int(curve.rowsPerPoint)), ("from", .int(from)),
      ("names", .array(curve.names.map { .string($0.shown) })),
      ("points", .array(curve.points[from...].map(Self.row))), ("last", Self.row(curve.last)),
    ]
    if known.key != short || known.texts != textCount {
      members.append(("texts", .array(texts.map { .string($0) })))
    }
    return .object(members + [("textCount", .int(textCount))])
  }

  /// A row with as many digits as a picture needs.
  private static func row(_ row: [Double?]) -> JSONText {
    .array(
      row.enumerated().map { place, value in
        guard let value else { return .null }
        let short = Float(value)
        return place == 0 || !short.isFinite ? .double(value) : .float(short)
      })
  }
}
