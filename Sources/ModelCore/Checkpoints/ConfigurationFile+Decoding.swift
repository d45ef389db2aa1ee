import Fields
import Foundation

extension ConfigurationFile {
  /// Reads the files that we write, and any `config.json` of a family that we know.
  init(decoding bytes: Data, file: String) throws(ModelFileError) {
    let json = try JSONFile.text(of: bytes, file: file)
    let members = try ConfigurationMembers(json, file: file)
    let type = try members.string(required: "model_type")
    guard let family = ModelFamily.all.first(where: { $0.name == type }) else {
      let known = ModelFamily.all.map { "'\($0.name)'" }.joined(separator: ", ")
      throw members.unsupported("model_type is '\(type)'; \(known) are read")
    }
    try ForeignMembers.check(members)
    if let problem = OtherNames.problem(in: json, activation: family.activationMember) {
      throw members.malformed(problem)
    }
    let shape = try family.read(members)
    if let problem = shape.firstProblem { throw members.malformed(problem) }
    configuration = shape.normalized
    vocabularySize = try members.int(required: "vocab_size")
    guard (1...(1 << 24)).contains(vocabularySize) else {
      throw members.malformed("vocab_size is \(vocabularySize)")
    }
    endTokens = try members.tokens("eos_token_id")
    beginToken = try members.tokens("bos_token_id").first
    padToken = try members.tokens("pad_token_id").first
    guard let limit = try members.int("max_position_embeddings") else { return }
    guard limit > 0 else {
      throw members.malformed("max_position_embeddings is \(limit)")
    }
    precision = try members.string("torch_dtype").flatMap(WeightPrecision.init) ?? .float32
    // A model made here has no known limit; the number that we write for it is not a limit.
    if encoded() != bytes { configuration.contextLength = limit }
  }
}

extension ModelConfiguration {
  /// The first value out of range, or the first issue, in words. Validation of a pipeline reports
  /// the same earlier.
  fileprivate var firstProblem: String? {
    let counts = [
      ("hidden_size", hiddenSize, 65536), ("num_hidden_layers", layerCount, 1024),
      ("num_attention_heads", headCount, 1024),
      ("num_key_value_heads", resolvedKeyValueHeadCount, 1024),
      ("head_dim", headDimension ?? 1, 65536),
      ("intermediate_size", intermediateSize, 1_048_576),
    ]
    for (name, value, limit) in counts where !(1...limit).contains(value) {
      return "\(name) is \(value); 1 to \(limit) is possible"
    }
    for field in MixerKind.standardFields + ShortConvolution.fields {
      if let problem = field.problem(self) { return problem }
    }
    let positives = [
      ("rms_norm_eps", normEpsilon), ("query_pre_attn_scalar", queryScalar ?? 1),
    ]
    for (name, value) in positives where !(value > 0 && value.isFinite) {
      return "\(name) is \(value); it must be above 0"
    }
    let bases = [("rope_theta", rotaryTheta), ("rope_local_base_freq", slidingRotaryTheta ?? 1)]
    for (name, value) in bases where !(1...1e12).contains(value) {
      return "\(name) is \(value); 1 to 1e12 is possible"
    }
    if let problem = rotaryScaling?.problem(theta: rotaryTheta) { return problem }
    return issues(mixers: MixerKind.standard, mostParameters: .infinity).first?.message
  }
}
