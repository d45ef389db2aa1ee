package import Fields

/// The model that answers at an address, as its server describes it before the first request.
/// Equal identities mean that a stored response would be asked for again in the same way.
package struct ServerIdentity: Sendable, Hashable {
  package var dialect: String
  /// The name by which the model is asked for.
  package var model: String
  /// The checkpoint behind the name: vLLM's and SGLang's `root`, llama.cpp's `model_path`.
  package var root: String?
  /// The program's build, if it is known before a response: llama.cpp's `build_info`.
  package var fingerprint: String?
  /// The most tokens of a prompt and its response together.
  package var maxModelLength: Int?
  /// The number of the model's token ids.
  package var vocabularySize: Int?
  /// The SHA-256 of the chat template, if the server shows it.
  package var templateDigest: String?
  /// Further facts about the weights: llama.cpp's `n_params` and `size`.
  package var facts: [String: String]

  package init(
    dialect: String, model: String, root: String? = nil, fingerprint: String? = nil,
    maxModelLength: Int? = nil, vocabularySize: Int? = nil, templateDigest: String? = nil,
    facts: [String: String] = [:]
  ) {
    self.dialect = dialect
    self.model = model
    self.root = root
    self.fingerprint = fingerprint
    self.maxModelLength = maxModelLength
    self.vocabularySize = vocabularySize
    self.templateDigest = templateDigest
    self.facts = facts
  }

  /// The identity as one value with defined bytes, for keys and records; unknown members are left
  /// out. The address is no part of it: the same model may answer elsewhere.
  package var json: JSONText {
    var members: [(String, JSONText)] = [("dialect", .string(dialect)), ("model", .string(model))]
    if let root { members.append(("root", .string(root))) }
    if let fingerprint { members.append(("fingerprint", .string(fingerprint))) }
    if let maxModelLength { members.append(("max_model_len", .int(maxModelLength))) }
    if let vocabularySize { members.append(("vocabulary_size", .int(vocabularySize))) }
    if let templateDigest { members.append(("template_digest", .string(templateDigest))) }
    for name in facts.keys.sorted() { members.append((name, .string(facts[name] ?? ""))) }
    return .object(members)
  }
}
