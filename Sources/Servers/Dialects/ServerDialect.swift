import Fields

/// The words of one kind of server: what it is sent, and where its responses say what.
protocol ServerDialect: Sendable {
  /// The name in a pipeline file.
  var name: String { get }
  /// The servers that speak it.
  var meaning: String { get }
  var offers: Set<ServerOffer> { get }

  /// Returns the call that asks for a response. `request` asks for nothing that is not offered.
  func call(for request: ServerRequest, model: String) -> DialectCall

  /// Adds a body, or a piece of a stream, to the response.
  func read(_ json: JSONText, into draft: inout ResponseDraft) throws(ServerError)

  /// The documents that describe the model.
  var identityPaths: [IdentityPath] { get }

  /// Returns the identity of a model.
  /// - Parameter documents: those of `identityPaths`; nil for an optional one that does not exist.
  func identity(of model: String, in documents: [JSONText?]) throws(ServerError) -> ServerIdentity
}

/// A call before it has an address.
struct DialectCall: Sendable {
  var path: String
  /// True for a path that is not below `/v1`.
  var isBesideVersion = false
  var body: [(String, JSONText)]
}

/// The place of a document that describes a model.
struct IdentityPath: Sendable, Hashable {
  var path: String
  var isBesideVersion = false
  /// True if a server may lack it.
  var isOptional = false
}

extension ServerDialect {
  var identityPaths: [IdentityPath] { [IdentityPath(path: "models")] }

  func read(_ json: JSONText, into draft: inout ResponseDraft) throws(ServerError) {
    try OpenAIShape.read(json, into: &draft)
  }

  func identity(
    of model: String, in documents: [JSONText?]
  ) throws(ServerError) -> ServerIdentity {
    guard let list = documents.first ?? nil else {
      return ServerIdentity(dialect: name, model: model)
    }
    let entry = try OpenAIShape.model(model, in: list)
    return ServerIdentity(
      dialect: name, model: model, root: entry["root"]?.stringValue,
      maxModelLength: entry["max_model_len"]?.countValue)
  }

  /// Throws `ServerError.notOffered` for the first thing in a request that the dialect lacks.
  func check(_ request: ServerRequest) throws(ServerError) {
    var needs: [ServerOffer] = []
    let isChat = request.prompt.isChat
    switch request.prompt {
    case .tokens: needs.append(.tokens)
    case .text: needs.append(.text)
    case .chat: break
    }
    if request.topK > 0 { needs.append(.topK) }
    if request.minP > 0 { needs.append(.minP) }
    if !request.stopTokenIDs.isEmpty { needs.append(.stopTokens) }
    if request.thinkingBudget != nil {
      needs.append(isChat ? .thinkingBudget : .thinkingBudgetWithoutChat)
    }
    if request.thinking != nil { needs.append(.thinkingSwitch) }
    if request.reasoningEffort != nil { needs.append(.reasoningEffort) }
    if let missing = needs.first(where: { !offers.contains($0) }) {
      throw .notOffered(missing.rawValue, dialect: name)
    }
    if !isChat, request.thinking != nil || request.reasoningEffort != nil {
      throw .notOffered("thinking and reasoning_effort without a chat", dialect: name)
    }
  }
}
