/// The choice of tokens between a prompt's text and the first sampled token; a format says which
/// tokens they are.
package enum ResponseHeader: Sendable, Hashable {
  /// No budget; the response begins with thinking.
  case none
  /// A budget is given; the response begins with thinking.
  case given(Int)
  /// The response begins with the budget that the model states.
  case stated

  /// The way a response continues after the header.
  package var opening: ResponseOpening { self == .stated ? .budget : .thinking }
}

/// The tokens given before the first token of a response, which decide how it must continue.
package enum ResponseOpening: Sendable, Hashable {
  /// Everything up to where thinking begins: thinking follows.
  case thinking
  /// The beginning of a budget: the budget and thinking follow.
  case budget
  /// The prompt alone: a whole budget and thinking follow.
  case prompt
}
