import Fields

/// Takes the response to a call: a body, or a stream of events.
struct ReplyReader: HTTPReceiver {
  private let dialect: any ServerDialect
  private let limits: ServerLimits
  private(set) var head = HTTPHead(status: 0, headers: [])
  /// All bytes of a response that is not a stream.
  private(set) var body: [UInt8] = []
  private(set) var draft = ResponseDraft()
  /// The bytes of an error in a stream.
  private(set) var streamError: [UInt8]?
  private(set) var isStream = false
  private var parser: EventStreamParser
  private var received = 0
  private var isDone = false

  init(dialect: any ServerDialect, limits: ServerLimits) {
    self.dialect = dialect
    self.limits = limits
    parser = EventStreamParser(maxLineBytes: limits.maxLineBytes)
  }

  mutating func begin(_ head: HTTPHead) throws(ServerError) {
    self.head = head
    isStream =
      head.status == 200
      && head["content-type"]?.lowercased().hasPrefix("text/event-stream") == true
    if let length = head["content-length"].flatMap(Int.init), length > limits.maxResponseBytes {
      throw .tooLarge("the response", limit: limits.maxResponseBytes)
    }
  }

  mutating func take(_ piece: some Collection<UInt8>) throws(ServerError) {
    received += piece.count
    guard received <= limits.maxResponseBytes else {
      throw .tooLarge("the response", limit: limits.maxResponseBytes)
    }
    guard isStream else {
      body.append(contentsOf: piece)
      return
    }
    for event in try parser.take(piece) where !isDone && streamError == nil { try read(event) }
  }

  private mutating func read(_ event: [UInt8]) throws(ServerError) {
    guard !event.elementsEqual("[DONE]".utf8) else {
      isDone = true
      return
    }
    guard let json = try? JSONText(parsingPython: event) else {
      throw .malformed("a piece of the stream is not JSON")
    }
    if json.value(of: "error") != nil {
      streamError = event
    } else {
      try read(json)
    }
  }

  /// Adds a body, or a piece of a stream, to the response.
  mutating func read(_ json: JSONText) throws(ServerError) {
    try dialect.read(json, into: &draft)
  }
}
