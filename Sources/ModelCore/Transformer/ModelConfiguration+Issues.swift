package import Fields

extension ModelConfiguration {
  /// Combinations of fields that do not fit together.
  /// - Parameters:
  ///   - mixers: the kinds that `layers` may name.
  ///   - mostParameters: the most parameters of a model that is made here. A model that is read
  ///     from files may have as many as the machine's memory holds: see `ModelMemory`.
  package func issues(
    mixers: [MixerKind], mostParameters: Double = Self.mostParametersMadeHere
  ) -> [FieldIssue] {
    let issues =
      layerIssues(mixers) + headIssues
      + mixers.flatMap { $0.issues(self, layers.contains($0.name)) }
    return issues.isEmpty ? sizeIssues(mixers, mostParameters) : issues
  }

  private func layerIssues(_ mixers: [MixerKind]) -> [FieldIssue] {
    var issues: [FieldIssue] = []
    if layers.isEmpty {
      return [FieldIssue(["layers"], "'layers' needs at least one mixer")]
    }
    for (index, name) in layers.enumerated() where !mixers.contains(where: { $0.name == name }) {
      issues.append(
        FieldIssue(
          ["layers", "\(index)"], UnknownName("mixer", name, among: mixers.map(\.name))))
    }
    if layers.count > layerCount {
      issues.append(
        FieldIssue(
          ["layers"], "\(layers.count) mixers are more than the \(layerCount) layers",
          help: "name one for each layer, or a pattern that repeats"))
    }
    return issues
  }

  /// Heads are part of every shape, used or not, because other programs derive sizes from them.
  private var headIssues: [FieldIssue] {
    var issues: [FieldIssue] = []
    if let headDimension {
      if headDimension % 2 != 0 {
        issues.append(
          FieldIssue(
            ["head_dim"], "heads \(headDimension) wide are odd",
            help: "rotary embedding turns pairs: choose an even width"))
      }
    } else if hiddenSize % headCount != 0 {
      issues.append(
        FieldIssue(
          ["num_attention_heads"],
          "\(headCount) heads do not divide a hidden size of \(hiddenSize)",
          help: "choose a divisor of hidden_size, or give head_dim"))
    } else if headSize % 2 != 0 {
      issues.append(
        FieldIssue(
          ["num_attention_heads"],
          "\(headCount) heads of a hidden size of \(hiddenSize) are \(headSize) wide, "
            + "which is odd",
          help: "rotary embedding turns pairs: choose heads of even width"))
    }
    if headCount % resolvedKeyValueHeadCount != 0 {
      issues.append(
        FieldIssue(
          ["num_key_value_heads"],
          "\(resolvedKeyValueHeadCount) key-value heads do not divide \(headCount) attention "
            + "heads",
          help: "choose a divisor of num_attention_heads"))
    }
    return issues
  }

  /// The largest number of parameters. Weights, gradients and moments of more would not fit into
  /// the memory of the machines that this program is made for.
  package static let mostParametersMadeHere = 1e9

  private func sizeIssues(_ mixers: [MixerKind], _ mostParameters: Double) -> [FieldIssue] {
    let count = matrixParameterCount(mixers)
    guard count > mostParameters else { return [] }
    return [
      FieldIssue(
        ["hidden_size"],
        "this shape has about \(FieldValue.float(count).text) parameters, more than the "
          + "1000000000 that fit here",
        help: "make the model narrower or shallower")
    ]
  }
}
