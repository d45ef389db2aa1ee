package import Fields
package import ModelCore
package import PipelineCore
package import Reasoning
package import TensorCore

/// Settings for sampling responses, shared by `rl`, `sample` and `eval`.
package struct SamplingConfiguration: FieldGroup {
  package var numGenerations = 1
  package var maxNewTokens = 1
  package var temperature = 1.0
  package var topP = 1.0
  package var topK = 0
  package var minP = 0.0
  package var repetitionPenalty = 1.0
  package var bannedTokens = ""
  package var prefix = ""
  package var stopTokenScale: StopTokenConfiguration?
  package var kvCache = CacheChoice.fp32

  /// The format of the responses, which is a field of the stage.
  package var format = ResponseFormats.standard

  package init() {}

  package static let meaning = "Sampling of responses"

  package static var fields: [Field<SamplingConfiguration>] {
    [
      .int(
        "num_generations", \.numGenerations, 1...4096, unit: .completions,
        "Responses per prompt", .semantic, required: true),
      .int(
        "max_new_tokens", \.maxNewTokens, 1...65_536, unit: .tokens,
        "Most tokens of a response", .semantic, required: true),
      .float(
        "temperature", \.temperature, FloatRange(0, 100),
        "Divides the logits; 0 takes the likeliest token", .semantic),
      .float(
        "top_p", \.topP, FloatRange(0, 1, excludesLower: true),
        "Keep the likeliest tokens that together reach this share", .semantic),
      .int(
        "top_k", \.topK, 0...1_000_000, unit: .tokens,
        "Keep this many of the likeliest tokens; 0 keeps all", .semantic),
      .float(
        "min_p", \.minP, FloatRange(0, 1, excludesUpper: true),
        "Keep tokens at least this many times as likely as the likeliest", .semantic),
      .float(
        "repetition_penalty", \.repetitionPenalty, FloatRange(0.01, 100),
        "Penalty for tokens that occurred before, prompt included; 1 for none", .semantic),
      .string(
        "banned_tokens", \.bannedTokens, "Tokens that are never drawn, one after another",
        .semantic),
      .string(
        "prefix", \.prefix, "The beginning of every response, given instead of sampled", .semantic),
      .group(
        "stop_token_scale", \.stopTokenScale,
        "Makes an ending likelier or less likely as the response grows", .semantic),
      .choice("kv_cache", \.kvCache, "Storage of the keys and values of past tokens", .semantic),
    ]
  }

  package func issues() -> [FieldIssue] {
    var issues = stopTokenScale?.issues(in: format) ?? []
    if temperature == 0, numGenerations > 1 {
      issues.append(
        FieldIssue(
          ["num_generations"], "at temperature 0 all \(numGenerations) responses are the same",
          help: "set num_generations to 1, or a temperature above 0"))
    }
    for (name, text) in [("banned_tokens", bannedTokens), ("prefix", prefix)] {
      do {
        _ = try format.tokenizer.encode(text)
      } catch {
        issues.append(FieldIssue([name], error.description))
      }
    }
    return issues.isEmpty ? bannedTokenIssues + prefixIssues : issues
  }

  private var bannedTokenIssues: [FieldIssue] {
    let banned = tokens(of: bannedTokens)
    if let repeated = banned.indices.first(where: { banned[..<$0].contains(banned[$0]) }) {
      let name = format.tokenizer.decode([banned[repeated]])
      return [FieldIssue(["banned_tokens"], "'\(name)' is given twice")]
    }
    guard Set(banned + format.bannedTokens).count == format.tokenizer.vocabularySize else {
      return []
    }
    return [FieldIssue(["banned_tokens"], "every token is banned")]
  }

  private var prefixIssues: [FieldIssue] {
    let tokens = tokens(of: prefix)
    let banned = format.bannedTokens + self.tokens(of: bannedTokens)
    if tokens.contains(where: format.stopTokens.contains) {
      return [FieldIssue(["prefix"], "the prefix ends the response before anything is drawn")]
    }
    if let token = tokens.first(where: banned.contains) {
      return [
        FieldIssue(
          ["prefix"], "the prefix has '\(format.tokenizer.decode([token]))', which is banned")
      ]
    }
    guard tokens.count >= maxNewTokens else { return [] }
    return [
      FieldIssue(
        ["prefix"],
        "the prefix has \(tokens.count) tokens, and a response at most \(maxNewTokens)",
        help: "max_new_tokens counts the prefix, and must leave something to draw")
    ]
  }

  /// The tokens of a text that was validated before.
  private func tokens(of text: String) -> [Int32] {
    (try? format.tokenizer.encode(text)) ?? []
  }

  /// Issues of fields that are not allowed under the pipeline's numerics, as seen from the stage
  /// that holds the group `sampling`.
  package func issues(under numerics: Numerics?) -> [FieldIssue] {
    guard numerics == .exact, kvCache == .bf16 else { return [] }
    return [
      FieldIssue(
        ["sampling", "kv_cache"],
        "a bf16 cache rounds keys and values, which 'numerics: exact' rules out",
        help: "leave kv_cache out, or set numerics to bf16 or blas at the top of the file")
    ]
  }

  /// Issues of settings that a trainer cannot follow. It computes log-probabilities of
  /// softmax(logits / temperature) without banned tokens, for tokens that the policy sampled. With
  /// any other setting its ratios would compare two different distributions, and entropy and KL
  /// would be expectations under a policy that did not sample the tokens.
  package var trainingIssues: [FieldIssue] {
    let reshaping = [
      ("top_p", topP != 1), ("top_k", topK != 0), ("min_p", minP != 0),
      ("repetition_penalty", repetitionPenalty != 1),
      ("stop_token_scale", stopTokenScale != nil),
    ]
    var issues = reshaping.filter(\.1).map { name, _ in
      FieldIssue(
        [name], "rl learns from the model's own probabilities, which '\(name)' changes",
        help: "leave it out here; 'sample' and 'eval' take it")
    }
    if !prefix.isEmpty {
      issues.append(
        FieldIssue(
          ["prefix"], "rl learns from tokens that the policy chose, and a prefix is given",
          help: "leave it out here; 'sample' and 'eval' take it"))
    }
    return issues
  }

  package var settings: SamplingSettings {
    var settings = SamplingSettings()
    settings.temperature = temperature
    settings.topK = topK
    settings.topP = topP
    settings.minP = minP
    settings.repetitionPenalty = repetitionPenalty
    settings.maxNewTokens = maxNewTokens
    settings.bannedTokens = tokens(of: bannedTokens)
    for (place, token) in tokens(of: prefix).enumerated() {
      settings.forcedTokens[place] = token
    }
    settings.stopTokenScale = stopTokenScale.flatMap { $0.scale(in: format) }
    return settings
  }
}

/// The number format of the KV cache during sampling.
package enum CacheChoice: String, FieldChoice {
  case fp32, bf16

  package var meaning: String {
    switch self {
    case .fp32: "as they are"
    case .bf16: "rounded, in half the memory; not with 'numerics: exact'"
    }
  }

  package var precision: CachePrecision { self == .fp32 ? .float32 : .bfloat16 }
}
