/// Finds the events of a `text/event-stream` in the pieces in which it arrives.
///
/// WHATWG HTML § 9.2.6. Lines end with CR, LF or both; the `data` lines of an event are joined by
/// line feeds; comments, which servers send as pings, and other fields are left out. An event that
/// the stream does not finish is none.
struct EventStreamParser: Sendable {
  private let maxLineBytes: Int
  private var line: [UInt8] = []
  private var data: [UInt8]?
  /// True after a CR, whose LF is part of the same end of line.
  private var skipsLineFeed = false
  private var isFirstLine = true

  init(maxLineBytes: Int) { self.maxLineBytes = maxLineBytes }

  /// Takes the next piece and returns the data of the events that it completes.
  /// - Throws: `ServerError.tooLarge` for a line, or an event, of more bytes than allowed.
  mutating func take(_ piece: some Sequence<UInt8>) throws(ServerError) -> [[UInt8]] {
    var events: [[UInt8]] = []
    for byte in piece {
      if byte == 0x0A, skipsLineFeed {
        skipsLineFeed = false
        continue
      }
      skipsLineFeed = byte == 0x0D
      guard byte == 0x0A || byte == 0x0D else {
        guard line.count < maxLineBytes else {
          throw .tooLarge("a line of the stream", limit: maxLineBytes)
        }
        line.append(byte)
        continue
      }
      if let event = try endLine() { events.append(event) }
    }
    return events
  }

  /// Reads the line, and returns the data of the event that an empty line ends.
  private mutating func endLine() throws(ServerError) -> [UInt8]? {
    defer { line.removeAll(keepingCapacity: true) }
    if isFirstLine {
      isFirstLine = false
      if line.starts(with: [0xEF, 0xBB, 0xBF]) { line.removeFirst(3) }
    }
    guard !line.isEmpty else {
      defer { data = nil }
      return data
    }
    let colon = line.firstIndex(of: UInt8(ascii: ":")) ?? line.endIndex
    guard line[..<colon].elementsEqual("data".utf8) else { return nil }
    var value = line[colon...].dropFirst()
    if value.first == UInt8(ascii: " ") { value = value.dropFirst() }
    if data == nil { data = [] } else { data?.append(0x0A) }
    guard (data?.count ?? 0) + value.count <= maxLineBytes else {
      throw .tooLarge("an event of the stream", limit: maxLineBytes)
    }
    data?.append(contentsOf: value)
    return nil
  }
}
