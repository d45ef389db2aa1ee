import Fields

/// The members on rotation of an object in `config.json`: `rope_parameters`, or `rope_scaling`
/// before transformers 5, where `rope_type` was once called `type`.
struct RotaryMembers {
  /// The base, with the place where it is written.
  let base: (place: String, value: Double)?
  /// True if the object names a kind of scaling, even if it is none.
  let statesType: Bool
  let scaling: RotaryScaling?

  /// - Parameter place: the object's name, as errors show it.
  init(_ members: ConfigurationMembers, place: String) throws(ModelFileError) {
    base = try members.double("rope_theta").map { ("\(place).rope_theta", $0) }
    try members.refusePartialRotation()
    let type = try Self.type(members, place: place)
    statesType = type != nil
    guard let type, type != "default" else {
      try Self.refuseOthers(members, place: place, known: [])
      scaling = nil
      return
    }
    guard let kind = RotaryScalingKind.all.first(where: { $0.name == type }) else {
      let known = (["default"] + RotaryScalingKind.all.map(\.name)).map { "'\($0)'" }
      throw members.unsupported(
        "rope_type is '\(type)' in \(place); \(known.joined(separator: ", ")) are read")
    }
    try Self.refuseOthers(members, place: place, known: kind.members.map(\.name))
    var numbers: [String: Double] = [:]
    for member in kind.members { numbers[member.name] = try members.double(member.name) }
    scaling = RotaryScaling(type: type, numbers: numbers)
  }

  /// The kind of scaling; nil if it is not named.
  private static func type(
    _ members: ConfigurationMembers, place: String
  ) throws(ModelFileError) -> String? {
    let type = try members.string("rope_type")
    let old = try members.string("type")
    if let type, let old, old != type {
      throw members.unsupported("\(place) has the rope_type '\(type)' and the type '\(old)'")
    }
    if type == nil, old == nil, place == "rope_scaling" {
      throw members.unsupported("rope_scaling is set")
    }
    return type ?? old
  }

  private static func refuseOthers(
    _ members: ConfigurationMembers, place: String, known: [String]
  ) throws(ModelFileError) {
    let all = ["rope_theta", "rope_type", "type", "partial_rotary_factor"] + known
    if let stranger = members.names.first(where: { !all.contains($0) }) {
      throw members.unsupported("\(place) has '\(stranger)', which is not read")
    }
  }
}

extension ConfigurationMembers {
  func refusePartialRotation() throws(ModelFileError) {
    if let factor = try double("partial_rotary_factor"), factor != 1 {
      throw unsupported(
        "partial_rotary_factor is \(factor): heads that turn in part are not read")
    }
  }
}

extension ModelConfiguration {
  /// Reads the rotation of a model whose layers all turn in the same way. transformers writes
  /// `rope_parameters` since version 5, and wrote `rope_theta` and `rope_scaling` before.
  mutating func readRotation(_ members: ConfigurationMembers) throws(ModelFileError) {
    try members.refusePartialRotation()
    let newer = try members.rotation("rope_parameters")
    let older = try members.rotation("rope_scaling")
    let plain = try members.double("rope_theta").map { (place: "rope_theta", value: $0) }
    let bases = [newer?.base, plain, older?.base].compactMap { $0 }
    if let first = bases.first, let other = bases.first(where: { $0.value != first.value }) {
      throw members.malformed(
        "\(first.place) is \(first.value), but \(other.place) is \(other.value)")
    }
    if newer?.statesType == true, older?.statesType == true, newer?.scaling != older?.scaling {
      throw members.malformed("rope_parameters and rope_scaling differ")
    }
    rotaryTheta = bases.first?.value ?? 10000
    rotaryScaling = newer?.scaling ?? older?.scaling
  }

  /// Reads the rotation of a model whose sliding layers turn with a base of their own, like Gemma
  /// 3: the members of `rope_parameters`, or else `rope_theta`, `rope_local_base_freq` and
  /// `rope_scaling`, which is that of the other layers.
  mutating func readRotationByLayerType(_ members: ConfigurationMembers) throws(ModelFileError) {
    try members.refusePartialRotation()
    let newer = try members.members("rope_parameters")
    let types = [CausalAttention.full, CausalAttention.sliding].compactMap(\.layerType)
    if let stranger = newer?.names.first(where: { !types.contains($0) }) {
      throw members.unsupported("rope_parameters has '\(stranger)', which is not read")
    }
    let full = try newer?.rotation(types[0], in: "rope_parameters")
    let local = try newer?.rotation(types[1], in: "rope_parameters")
    let older = try members.rotation("rope_scaling")
    if local?.scaling != nil {
      throw members.unsupported("rope_parameters scales the rotation of sliding layers")
    }
    if full?.statesType == true, older?.statesType == true, full?.scaling != older?.scaling {
      throw members.malformed("rope_parameters and rope_scaling differ")
    }
    func base(
      _ stated: (place: String, value: Double)?, _ name: String, default other: Double
    ) throws(ModelFileError) -> Double {
      let plain = try members.double(name)
      if let stated, let plain, stated.value != plain {
        throw members.malformed("\(stated.place) is \(stated.value), but \(name) is \(plain)")
      }
      return stated?.value ?? plain ?? other
    }
    // The defaults of Gemma3TextConfig.
    rotaryTheta = try base(full?.base ?? older?.base, "rope_theta", default: 1e6)
    slidingRotaryTheta = try base(local?.base, "rope_local_base_freq", default: 1e4)
    rotaryScaling = full?.scaling ?? older?.scaling
  }

  /// The members that say how a model turns, besides `rope_theta`.
  var rotaryScalingMembers: [(String, JSONText)] {
    guard let scaling = rotaryScaling, let kind = scaling.kind else { return [] }
    let numbers = kind.members.compactMap { member in
      scaling[member.name].map { number -> (String, JSONText) in
        (member.name, member.isWhole ? .int(Int(number)) : .double(number))
      }
    }
    return [("rope_scaling", .object([("rope_type", .string(scaling.type))] + numbers))]
  }
}

extension ConfigurationMembers {
  /// The rotation in an object of this name; nil if it is missing.
  fileprivate func rotation(
    _ name: String, in outer: String? = nil
  ) throws(ModelFileError) -> RotaryMembers? {
    guard let inner = try members(name) else { return nil }
    return try RotaryMembers(inner, place: outer.map { "\($0).\(name)" } ?? name)
  }
}
