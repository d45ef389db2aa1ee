package import Fields

/// The facts about one response of a server that neither its text nor its counts show, in the
/// server's own words.
package struct AnswerNote: Sendable, Hashable, Decodable {
  /// The server's name for the request, to ask its keepers about.
  package var requestID: String?
  /// The reason of the end: `stop` or `length`.
  package var finish: String
  /// The stop text or token that ended the response, if the server says which.
  package var stopDetail: String?
  /// The model that the server says answered, and the build that ran it.
  package var model: String?
  package var fingerprint: String?
  /// The member of the response that held the thinking: `reasoning`, `tags`; `absent` if there is
  /// none.
  package var thinkingFrom: String
  /// The member that counted the tokens of thinking; `absent` if nobody did.
  package var thinkingTokensFrom: String
  /// The number of times that the request was sent.
  package var tries: Int

  package init(
    requestID: String? = nil, finish: String, stopDetail: String? = nil, model: String? = nil,
    fingerprint: String? = nil, thinkingFrom: String, thinkingTokensFrom: String, tries: Int
  ) {
    self.requestID = requestID
    self.finish = finish
    self.stopDetail = stopDetail
    self.model = model
    self.fingerprint = fingerprint
    self.thinkingFrom = thinkingFrom
    self.thinkingTokensFrom = thinkingTokensFrom
    self.tries = tries
  }

  /// True if the server gave thinking apart from the answer.
  var hasThinking: Bool { thinkingFrom != "absent" }

  enum CodingKeys: String, CodingKey {
    case requestID = "request_id"
    case finish
    case stopDetail = "stop_detail"
    case model
    case fingerprint
    case thinkingFrom = "thinking_from"
    case thinkingTokensFrom = "thinking_tokens_from"
    case tries
  }

  /// The note as it is stored and read, without what is not known.
  package var json: JSONText {
    let members: [(CodingKeys, JSONText?)] = [
      (.requestID, requestID.map { .string($0) }), (.finish, .string(finish)),
      (.stopDetail, stopDetail.map { .string($0) }), (.model, model.map { .string($0) }),
      (.fingerprint, fingerprint.map { .string($0) }), (.thinkingFrom, .string(thinkingFrom)),
      (.thinkingTokensFrom, .string(thinkingTokensFrom)), (.tries, .int(tries)),
    ]
    return .object(members.compactMap { key, value in value.map { (key.rawValue, $0) } })
  }
}
