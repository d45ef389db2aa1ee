import Fields
package import Foundation

/// `adapter_config.json` of huggingface/peft: the shape of a low-rank adapter.
package struct AdapterFile {
  package static let path = "adapter_config.json"

  package let shape: LoRAShape
  /// The name or path of the model that is adapted, as written; nil if there is none.
  package let baseName: String?

  /// Members that change nothing in what an adapter computes, whatever their values.
  private static let harmless: Set<String> = [
    "peft_type", "task_type", "auto_mapping", "peft_version", "base_model_name_or_path", "revision",
    "inference_mode", "r", "target_modules", "lora_alpha", "lora_dropout", "bias", "use_rslora",
    "init_lora_weights", "megatron_core", "qalora_group_size", "runtime_config", "eva_config",
  ]
  /// Ways to initialise an adapter that leave the weights of its base as they are.
  private static let plainStarts = ["gaussian", "eva", "orthogonal", "mpt"]

  /// - Parameters:
  ///   - bytes: all bytes of the file.
  ///   - file: its name in errors.
  package init(decoding bytes: Data, file: String = path) throws(ModelFileError) {
    let members = try ConfigurationMembers(
      try JSONFile.text(of: bytes, file: file), file: file,
      refusal: "this is not the adapter_config.json of a LoRA adapter: ")
    let type = try members.string(required: "peft_type")
    guard type == "LORA" else {
      throw members.unsupported("peft_type is '\(type)'; 'LORA' is read")
    }
    let bias = try members.string("bias") ?? "none"
    guard bias == "none" else {
      throw members.unsupported("bias is '\(bias)'; 'none' is read")
    }
    if case .string(let start)? = members.json("init_lora_weights"),
      !Self.plainStarts.contains(start)
    {
      throw members.unsupported(
        "init_lora_weights is '\(start)', which changes the base; save the adapter converted to "
          + "plain LoRA")
    }
    for name in members.names where !Self.harmless.contains(name) {
      guard let value = members.json(name), !value.isNothing else { continue }
      throw members.unsupported("\(name) is \(value.compact.shortened), which is not read")
    }
    var shape = LoRAShape()
    shape.rank = try members.int("r") ?? shape.rank
    guard (1...LoRAShape.rankLimit).contains(shape.rank) else {
      throw members.malformed("r is \(shape.rank); 1 to \(LoRAShape.rankLimit) is possible")
    }
    shape.alpha = try members.double("lora_alpha") ?? shape.alpha
    guard shape.alpha > 0, shape.alpha <= 1e6 else {
      throw members.malformed("lora_alpha is \(shape.alpha); above 0, at most 1e6 is possible")
    }
    shape.dropout = try members.double("lora_dropout") ?? shape.dropout
    guard (0..<1).contains(shape.dropout) else {
      throw members.malformed("lora_dropout is \(shape.dropout); at least 0, below 1 is possible")
    }
    shape.usesRankStabilizedScale = try members.bool("use_rslora") ?? false
    shape.targets = try Self.targets(members)
    self.shape = shape
    baseName = try members.string("base_model_name_or_path")
  }

  private static func targets(
    _ members: ConfigurationMembers
  ) throws(ModelFileError) -> TargetModules {
    let name = "target_modules"
    if case .string(let text)? = members.json(name) {
      guard text == TargetModules.all else {
        throw members.unsupported(
          "target_modules is the pattern '\(text.shortened)'; a list or '\(TargetModules.all)' is "
            + "read")
      }
      return .allLinear
    }
    guard let names = try members.strings(name), (1...4096).contains(names.count) else {
      throw members.malformed("target_modules names no modules")
    }
    return .named(names.sorted())
  }

  /// The bytes of the file.
  /// - Parameters:
  ///   - configuration: the shape of the base.
  ///   - baseName: the path of the base; nil where its place is not the file's to say.
  package static func encoded(
    _ shape: LoRAShape, over configuration: ModelConfiguration, baseName: String?
  ) -> Data {
    let names: [String] =
      switch shape.targets {
      case .allLinear: configuration.linearLayerNames().moduleNames.sorted()
      case .named(let names): names.sorted()
      }
    let members: [(String, JSONText)] = [
      ("peft_type", .string("LORA")), ("task_type", .string("CAUSAL_LM")),
      ("base_model_name_or_path", baseName.map { .string($0) } ?? .null),
      ("r", .int(shape.rank)),
      ("lora_alpha", Int(exactly: shape.alpha).map { .int($0) } ?? .double(shape.alpha)),
      ("lora_dropout", .double(shape.dropout)),
      ("target_modules", .array(names.map { .string($0) })),
      ("bias", .string("none")), ("use_rslora", .bool(shape.usesRankStabilizedScale)),
      ("use_dora", .bool(false)), ("fan_in_fan_out", .bool(false)),
      ("init_lora_weights", .bool(true)), ("modules_to_save", .null),
      ("inference_mode", .bool(true)),
    ]
    return Data(JSONText.object(members).indented.utf8)
  }

  /// The bytes of the file with another path of the base.
  package static func naming(_ base: String, in bytes: Data) throws(ModelFileError) -> Data {
    guard case .object(let members) = try JSONFile.text(of: bytes, file: path) else {
      throw ModelFileError(path, .malformed("it is not a JSON object"))
    }
    let name = "base_model_name_or_path"
    return Data(
      JSONText.object(members.map { $0.0 == name ? (name, .string(base)) : $0 }).indented.utf8)
  }

  /// The folder of the base, if the file names one by a path: absolute, or relative to the
  /// adapter's folder. Nil if the base lies in the adapter's folder.
  package static func localBase(ofFolder folder: String) -> String? {
    let inside = folder + "/" + String(AdapterFolder.basePrefix.dropLast())
    guard !CheckpointFiles.isFolder(inside), CheckpointFiles.exists(folder + "/" + path),
      let head = try? CheckpointFiles.head(
        of: path, in: folder, most: SafetensorsHeader.limit + 1),
      let name = try? AdapterFile(decoding: head.bytes).baseName, !name.isEmpty
    else { return nil }
    let place = name.hasPrefix("/") ? name : folder + "/" + name
    return CheckpointFiles.isFolder(place) || CheckpointFiles.isGGUF(place) ? place : nil
  }
}

extension JSONText {
  /// True for a value that turns an option off.
  fileprivate var isNothing: Bool {
    switch self {
    case .null, .bool(false): true
    case .array(let elements): elements.isEmpty
    case .object(let members): members.isEmpty
    default: false
    }
  }
}

extension String {
  fileprivate var shortened: String { count <= 60 ? self : prefix(59) + "…" }
}
