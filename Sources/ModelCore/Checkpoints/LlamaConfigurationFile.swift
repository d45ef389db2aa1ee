import Fields
import Foundation

/// `config.json` of a Hugging Face folder, as far as it concerns us.
struct LlamaConfigurationFile {
  var configuration: ModelConfiguration
  var vocabularySize: Int
  var endToken: Int32?
  var padToken: Int32?

  /// A model without short convolutions is a Llama and says so; any other is ours.
  var modelType: String { configuration.shortConvolutionWidth == nil ? "llama" : "laconic" }

  /// What we tell other programs the longest sequence is. Rotary positions set no limit of ours.
  private static let statedPositions = 4096

  func encoded() -> Data {
    let c = configuration
    let isLlama = c.shortConvolutionWidth == nil
    var members: [(String, JSONText)] = [
      ("architectures", .array([.string(isLlama ? "LlamaForCausalLM" : "LaconicForCausalLM")])),
      ("model_type", .string(modelType)),
      ("hidden_size", .int(c.hiddenSize)),
      ("num_hidden_layers", .int(c.layerCount)),
      ("num_attention_heads", .int(c.headCount)),
      ("num_key_value_heads", .int(c.resolvedKeyValueHeadCount)),
      ("head_dim", .int(c.headSize)),
      ("intermediate_size", .int(c.intermediateSize)),
      ("hidden_act", .string("silu")),
      ("tie_word_embeddings", .bool(c.tiesEmbeddings)),
      ("rms_norm_eps", .double(c.normEpsilon)),
      ("rope_theta", .double(c.rotaryTheta)),
      ("attention_bias", .bool(false)),
      ("mlp_bias", .bool(false)),
      ("max_position_embeddings", .int(Self.statedPositions)),
      ("vocab_size", .int(vocabularySize)),
      ("bos_token_id", .null),
      ("eos_token_id", endToken.map { .int(Int($0)) } ?? .null),
      ("pad_token_id", padToken.map { .int(Int($0)) } ?? .null),
      ("torch_dtype", .string("float32")),
    ]
    if let width = c.shortConvolutionWidth { members.append(("short_conv", .int(width))) }
    return Data(JSONText.object(members).indented.utf8)
  }

  init(
    configuration: ModelConfiguration, vocabularySize: Int, endToken: Int32?, padToken: Int32?
  ) {
    self.configuration = configuration
    self.vocabularySize = vocabularySize
    self.endToken = endToken
    self.padToken = padToken
  }

  /// Reads what we wrote, and any `config.json` of a plain Llama.
  init(decoding bytes: Data, file: String) throws(ModelFileError) {
    let members: Members
    do {
      let decoder = JSONDecoder()
      decoder.keyDecodingStrategy = .convertFromSnakeCase
      members = try decoder.decode(Members.self, from: bytes)
    } catch {
      throw ModelFileError(file, .malformed("this is not the config.json of a model we know"))
    }
    guard ["llama", "laconic"].contains(members.modelType) else {
      throw ModelFileError(
        file,
        .unsupported("model_type is '\(members.modelType)'; 'llama' and 'laconic' are read"))
    }
    var c = ModelConfiguration()
    c.hiddenSize = members.hiddenSize
    c.layerCount = members.numHiddenLayers
    c.headCount = members.numAttentionHeads
    c.keyValueHeadCount =
      members.numKeyValueHeads == members.numAttentionHeads
      ? nil : members.numKeyValueHeads
    c.intermediateSize = members.intermediateSize
    c.tiesEmbeddings = members.tieWordEmbeddings ?? false
    c.shortConvolutionWidth = members.shortConv
    // The defaults of LlamaConfig.
    c.normEpsilon = members.rmsNormEps ?? 1e-6
    c.rotaryTheta = members.ropeTheta ?? members.ropeParameters?.ropeTheta ?? 10000

    if let problem = c.firstProblem { throw ModelFileError(file, .malformed(problem)) }
    if let problem = members.unsupported(by: c) {
      throw ModelFileError(file, .unsupported(problem))
    }
    guard (1...(1 << 24)).contains(members.vocabSize) else {
      throw ModelFileError(file, .malformed("vocab_size is \(members.vocabSize)"))
    }
    configuration = c
    vocabularySize = members.vocabSize
    endToken = members.eosTokenId?.first
    padToken = members.padTokenId?.first
  }
}

extension ModelConfiguration {
  /// The first value out of range, or issue, in words: what validation of a pipeline says earlier.
  fileprivate var firstProblem: String? {
    let counts = [
      ("hidden_size", hiddenSize, 65536), ("num_hidden_layers", layerCount, 1024),
      ("num_attention_heads", headCount, 1024),
      ("num_key_value_heads", resolvedKeyValueHeadCount, 1024),
      ("intermediate_size", intermediateSize, 1_048_576),
      ("short_conv", shortConvolutionWidth ?? 1, 64),
    ]
    for (name, value, limit) in counts where !(1...limit).contains(value) {
      return "\(name) is \(value); 1 to \(limit) is possible"
    }
    for (name, value) in [("rms_norm_eps", normEpsilon), ("rope_theta", rotaryTheta)]
    where !(value > 0 && value.isFinite) {
      return "\(name) is \(value); it must be above 0"
    }
    return issues().first?.message
  }
}

/// Hugging Face's members, their names turned from snake case by the decoder.
private struct Members: Decodable {
  struct RotaryParameters: Decodable {
    let ropeTheta: Double?
    let ropeType: String?
  }

  /// One id, or a list of which the first is taken.
  struct TokenIDs: Decodable {
    let first: Int32?

    init(from decoder: any Swift.Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let id = try? container.decode(Int32.self) {
        first = id
      } else {
        first = try container.decode([Int32].self).first
      }
    }
  }

  let modelType: String
  let hiddenSize: Int
  let numHiddenLayers: Int
  let numAttentionHeads: Int
  let numKeyValueHeads: Int?
  let headDim: Int?
  let intermediateSize: Int
  let hiddenAct: String?
  let tieWordEmbeddings: Bool?
  let rmsNormEps: Double?
  let ropeTheta: Double?
  let ropeScaling: RotaryParameters?
  let ropeParameters: RotaryParameters?
  let attentionBias: Bool?
  let mlpBias: Bool?
  let vocabSize: Int
  let eosTokenId: TokenIDs?
  let padTokenId: TokenIDs?
  let shortConv: Int?

  /// The first thing the file asks for that this model core does not do.
  func unsupported(by configuration: ModelConfiguration) -> String? {
    if let hiddenAct, hiddenAct != "silu" { return "hidden_act is '\(hiddenAct)', not 'silu'" }
    if attentionBias == true { return "attention_bias is set" }
    if mlpBias == true { return "mlp_bias is set" }
    if let headDim, headDim != configuration.headSize {
      return "head_dim is \(headDim), not hidden_size / num_attention_heads"
    }
    if ropeScaling != nil { return "rope_scaling is set" }
    if let type = ropeParameters?.ropeType, type != "default" { return "rope_type is '\(type)'" }
    return nil
  }
}
