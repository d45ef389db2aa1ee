package import Fields

/// The field `lora`: train a low-rank adapter instead of the model's own weights. Names and
/// defaults are those of huggingface/peft without their prefix `lora_`; `LoRAShape` has the
/// formula.
///
/// The default targets are all linear layers: they exist in every family of models, while PEFT's
/// own default, queries and values alone, is a list by family; and an adapter must reach all of
/// them to learn as much as full fine-tuning does (Dettmers et al. 2023, QLoRA, arXiv 2305.14314 §
/// 4).
package struct LoRAConfiguration: FieldGroup, Hashable {
  package var rank: Int?
  package var alpha: Double?
  package var dropout: Double?
  package var targetModules: [String]?
  package var usesRankStabilizedScale: Bool?

  package init() {}

  package static let meaning =
    "Train a low-rank adapter (LoRA) and leave the model's weights as they are"

  package static var fields: [Field<LoRAConfiguration>] {
    [
      .int(
        "r", \.rank, 1...LoRAShape.rankLimit,
        "Rank of the adapter; absent: 8, or that of the adapter that is continued", .semantic),
      .float(
        "alpha", \.alpha, FloatRange(0, 1e6, excludesLower: true),
        "The adapter's product counts alpha/r times; absent: 8, or as it was", .semantic),
      .float(
        "dropout", \.dropout, FloatRange(0, 1, excludesUpper: true),
        "Share of an adapter's inputs that training drops; absent: 0, or as it was", .semantic),
      Field(
        FieldDescriptor(
          name: "target_modules", type: .list(of: .string, count: 1...4096),
          defaultValue: .absent,
          meaning: "Names of linear layers, q_proj or layers.0.mlp.up_proj; absent: [all-linear]",
          fieldClass: .semantic)
      ) { root, value in
        root.targetModules = value.listValue?.compactMap(\.stringValue)
      },
      .bool(
        "use_rslora", \.usesRankStabilizedScale, "Scale by alpha/√r instead of alpha/r",
        .semantic),
    ]
  }

  package func issues() -> [FieldIssue] {
    let names = targetModules ?? []
    guard names.count > 1, let place = names.firstIndex(of: TargetModules.all) else {
      return FieldIssue.repeats(in: names, at: "target_modules")
    }
    return [
      FieldIssue(
        ["target_modules", String(place)], "'\(TargetModules.all)' includes the other modules",
        help: "write it alone")
    ]
  }

  /// The shape of the adapter.
  /// - Parameter earlier: the adapter that is continued; nil for a new one.
  package func shape(continuing earlier: LoRAShape? = nil) -> LoRAShape {
    var shape = earlier ?? LoRAShape()
    if let rank { shape.rank = rank }
    if let alpha { shape.alpha = alpha }
    if let dropout { shape.dropout = dropout }
    if let targetModules {
      shape.targets = targetModules == [TargetModules.all] ? .allLinear : .named(targetModules)
    }
    if let usesRankStabilizedScale { shape.usesRankStabilizedScale = usesRankStabilizedScale }
    return shape
  }

  /// The first field whose value the adapter that is continued does not have, with both values; nil
  /// if there is none. Dropout belongs to training, so each training may have its own.
  /// - Parameter configuration: the shape of the model that is adapted; nil to compare the lists of
  ///   targets as they are written.
  package func difference(
    from earlier: LoRAShape, over configuration: ModelConfiguration?
  ) -> (field: String, given: String, earlier: String)? {
    let own = shape(continuing: earlier)
    if own.rank != earlier.rank { return ("r", "\(own.rank)", "\(earlier.rank)") }
    if own.alpha != earlier.alpha { return ("alpha", "\(own.alpha)", "\(earlier.alpha)") }
    if own.usesRankStabilizedScale != earlier.usesRankStabilizedScale {
      return ("use_rslora", "\(own.usesRankStabilizedScale)", "\(earlier.usesRankStabilizedScale)")
    }
    let layers = configuration?.linearLayerNames()
    let isSame =
      layers.map { $0.filter(own.targets.includes) == $0.filter(earlier.targets.includes) }
      ?? (own.targets == earlier.targets)
    return isSame ? nil : ("target_modules", own.targets.text, earlier.targets.text)
  }

  /// An issue for a target that is no layer of a model of a shape.
  package func targetIssue(in configuration: ModelConfiguration) -> FieldIssue? {
    guard let unknown = shape().unknownTarget(in: configuration) else { return nil }
    return issue(of: unknown)
  }

  /// An issue for a target that is no layer of any model here.
  package var targetIssue: FieldIssue? {
    let known = Self.moduleNames
    guard
      let name = (targetModules ?? []).first(where: { name in
        guard name != TargetModules.all, let last = name.split(separator: ".").last else {
          return name.isEmpty
        }
        return !known.contains(String(last))
      })
    else { return nil }
    return issue(of: UnknownName("module", name, "of a model", among: known))
  }

  private func issue(of unknown: UnknownName) -> FieldIssue {
    let place = targetModules?.firstIndex(of: unknown.name) ?? 0
    return FieldIssue(["target_modules", String(place)], unknown)
  }

  /// The names of the linear layers of all mixers.
  private static let moduleNames: [String] = MixerKind.standard.flatMap { kind in
    var configuration = ModelConfiguration()
    configuration.layers = [kind.name]
    configuration.layerCount = 1
    configuration.slidingWindow = 1
    configuration.shortConvolutionWidth = 4
    return configuration.linearLayerNames().moduleNames
  }.moduleNames
}
