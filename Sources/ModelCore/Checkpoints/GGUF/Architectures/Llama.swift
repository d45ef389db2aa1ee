import Fields

extension GGUFArchitecture {
  /// Llama and the models that share its layers, such as SmolLM2.
  static let llama = GGUFArchitecture(
    name: "llama", modelType: "llama", interleavesHeads: true)
}
