package import Fields
package import ModelCore

/// How responses are drawn: shared by `rl`, `sample` and `eval`.
package struct SamplingConfiguration: FieldGroup {
  package var numGenerations = 1
  package var maxNewTokens = 1
  package var temperature = 1.0
  package var topP = 1.0
  package var topK = 0
  package var minP = 0.0

  package init() {}

  package static let meaning = "How responses are drawn"

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
    ]
  }

  package func issues() -> [FieldIssue] {
    guard temperature == 0, numGenerations > 1 else { return [] }
    return [
      FieldIssue(
        ["num_generations"], "at temperature 0 all \(numGenerations) responses are the same",
        help: "set num_generations to 1, or a temperature above 0")
    ]
  }

  package var settings: SamplingSettings {
    var settings = SamplingSettings()
    settings.temperature = temperature
    settings.topK = topK
    settings.topP = topP
    settings.minP = minP
    settings.maxNewTokens = maxNewTokens
    return settings
  }
}
