import TensorCore

/// One sequence that a `SessionScheduler` continues: a prompt, and the response so far.
///
/// The tokens are what a session is; what the model remembers of them is a cache, which may be lost
/// and is then computed again, to the same bits. A session is worked on until it has a `stop`.
package final class DecodingSession {
  /// How many sessions its scheduler had made before it.
  package let number: Int
  package let promptCount: Int
  package let settings: SamplingSettings
  /// The prompt and everything after it.
  package internal(set) var tokens: [Int32]
  /// Of the first tokens after the prompt; appended ones get theirs at the next tick.
  package internal(set) var logProbabilities: [Float]
  /// For every token after the prompt, whether it was drawn; others were forced.
  package internal(set) var isSampled: [Bool]
  /// Why the session rests; nil while there is work to do.
  package internal(set) var stop: StopReason?
  /// Tokens it may still draw.
  package internal(set) var remainingTokens: Int
  package internal(set) var ledger = CostLedger()

  // What follows is the scheduler's.
  let stream: RandomStream
  let processors: [any LogitProcessor]
  let logitTemperature: Float
  let isProcessed: Bool
  let keepsHiddenStates: Bool
  var hiddenStates: [Float]
  /// Tokens after the prompt that were taken over from the session this one was forked from.
  var inheritedCount = 0
  var phase = Phase.resting
  /// Where the first `cachedCount` tokens are remembered; nil for 0 of them.
  var slot: Int?
  var cachedCount = 0
  /// The last hidden state of a prompt that has just been run: what the next token is drawn from.
  var tip: [Float]?
  /// While it waits, the session it was forked from.
  var parent: DecodingSession?
  /// Forks that wait for a slot, and had best find this session's still filled.
  var waitingForks = 0

  enum Phase { case resting, waiting, active, closed }

  init(
    number: Int, prompt: [Int32], settings: SamplingSettings, stream: RandomStream,
    processors: [any LogitProcessor], keepsHiddenStates: Bool
  ) {
    self.number = number
    promptCount = prompt.count
    self.settings = settings
    tokens = prompt
    logProbabilities = []
    isSampled = []
    remainingTokens = settings.maxNewTokens
    self.stream = stream
    self.processors = processors
    isProcessed = !LogitProcessors.arePlain(processors)
    logitTemperature = settings.temperature == 0 ? 1 : Float(settings.temperature)
    self.keepsHiddenStates = keepsHiddenStates
    hiddenStates = []
  }

  /// The response so far, forced tokens included.
  package var response: ArraySlice<Int32> { tokens[promptCount...] }

  /// The first row whose distribution is wanted: it decides the first token without a
  /// log-probability.
  var firstWantedRow: Int { promptCount + logProbabilities.count - 1 }

  /// The rows that must run before the next token can be had: everything not yet remembered, the
  /// last token only when something is drawn from it.
  var pendingRows: Range<Int> {
    let end = remainingTokens > 0 ? tokens.count : tokens.count - 1
    return cachedCount..<max(cachedCount, end)
  }

  /// The choice that makes token `index` of the sequence.
  func row(for index: Int) -> LogitRow {
    let choice: LogitRow.Choice =
      if index < tokens.count {
        .score(tokens[index])
      } else if settings.temperature == 0 {
        .likeliest
      } else {
        .draw(stream, at: UInt64(index - promptCount))
      }
    return LogitRow(
      temperature: logitTemperature, banned: settings.bannedTokens, choice: choice,
      isProcessed: isProcessed)
  }

  /// How a token came to be.
  enum Origin { case drawn, forced, appended }

  /// Takes over token `index`, which has just got its log-probability.
  func take(_ chosen: ChosenToken, at index: Int) throws(GenerationError) -> Origin {
    let position = index - promptCount
    guard chosen.token >= 0 else { throw .nothingToDraw(position: position) }
    logProbabilities.append(chosen.logProbability)
    guard index == tokens.count else {
      restIfDone()
      return .appended
    }
    let isForced = settings.forcedTokens[position] != nil
    tokens.append(chosen.token)
    isSampled.append(!isForced)
    remainingTokens -= 1
    if settings.stopTokens.contains(chosen.token) { stop = .stopToken } else { restIfDone() }
    return isForced ? .forced : .drawn
  }

  /// Begins with what another session has in its first `length` tokens.
  func inherit(_ length: Int, from session: DecodingSession) {
    tokens = Array(session.tokens[..<length])
    let count = length - promptCount
    isSampled = Array(session.isSampled.prefix(count))
    logProbabilities = Array(session.logProbabilities.prefix(count))
    hiddenStates = Array(session.hiddenStates.prefix(session.hiddenCount(of: count)))
    inheritedCount = count
  }

  func cut(to length: Int) {
    let count = length - promptCount
    hiddenStates.removeLast(hiddenStates.count - min(hiddenStates.count, hiddenCount(of: count)))
    tokens.removeLast(tokens.count - length)
    isSampled.removeLast(isSampled.count - count)
    logProbabilities.removeLast(max(0, logProbabilities.count - count))
    inheritedCount = min(inheritedCount, count)
  }

  /// Floats kept for so many tokens.
  private func hiddenCount(of count: Int) -> Int {
    logProbabilities.isEmpty ? 0 : hiddenStates.count / logProbabilities.count * count
  }

  /// Notes that there is nothing left to do.
  func restIfDone() {
    if stop == nil, remainingTokens == 0, firstWantedRow == tokens.count - 1 { stop = .length }
  }

  /// What is known of the response now.
  package var trace: SessionTrace {
    let count = logProbabilities.count
    return SessionTrace(
      tokens: Array(response.prefix(count)), logProbabilities: logProbabilities,
      isSampled: Array(isSampled.prefix(count)), inheritedCount: min(inheritedCount, count),
      stop: stop, hiddenStates: keepsHiddenStates ? hiddenStates : nil, ledger: ledger)
  }
}
