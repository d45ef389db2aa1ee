extension GGUFArchitecture {
  /// Qwen2 and Qwen2.5, which have biases of queries, keys and values.
  static let qwen2 = GGUFArchitecture(name: "qwen2", modelType: "qwen2")
}
