import Fields
import Foundation

/// The part of a Hugging Face folder's `config.json` that we use.
struct ConfigurationFile {
  var configuration: ModelConfiguration
  var vocabularySize: Int
  /// The tokens that end a response; external models may have several.
  var endTokens: [Int32] = []
  var beginToken: Int32?
  var padToken: Int32?
  /// The number format of the weights.
  var precision = WeightPrecision.float32

  /// The longest sequence that we state to other programs if no limit is known, although our rotary
  /// positions set no limit.
  private static let statedPositions = 4096

  func encoded() -> Data {
    let c = configuration.normalized
    let family = ModelFamily.describing(c)
    var members: [(String, JSONText)] = [
      ("architectures", .array([.string(family.architecture)])),
      ("model_type", .string(family.name)),
      ("hidden_size", .int(c.hiddenSize)),
      ("num_hidden_layers", .int(c.layerCount)),
      ("num_attention_heads", .int(c.headCount)),
      ("num_key_value_heads", .int(c.resolvedKeyValueHeadCount)),
      ("head_dim", .int(c.headSize)),
      ("intermediate_size", .int(c.intermediateSize)),
      (family.activationMember, .string(c.activation.rawValue)),
      ("tie_word_embeddings", .bool(c.tiesEmbeddings)),
      ("rms_norm_eps", .double(c.normEpsilon)),
      ("rope_theta", .double(c.rotaryTheta)),
    ]
    members += c.rotaryScalingMembers + family.members(c)
    if c.contextLength == nil {
      members.append(("max_position_embeddings", .int(Self.statedPositions)))
    }
    members += [
      ("vocab_size", .int(vocabularySize)),
      ("bos_token_id", beginToken.map { .int(Int($0)) } ?? .null),
      ("eos_token_id", JSONText(tokens: endTokens) ?? .null),
      ("pad_token_id", padToken.map { .int(Int($0)) } ?? .null),
      ("torch_dtype", .string(precision.rawValue)),
    ]
    members += family.lastMembers(c)
    // Written last, so that a known limit can be distinguished from the number that we write for a
    // model without one, even if both numbers are equal.
    if let limit = c.contextLength { members.append(("max_position_embeddings", .int(limit))) }
    return Data(JSONText.object(members).indented.utf8)
  }
}
