import Fields

/// What `config.json` says of rotation beside its base: `rope_parameters`, before transformers 5
/// `rope_scaling`, in which the type was called `type` before it was `rope_type`.
enum RotaryMembers {
  private static let known = ["rope_theta", "rope_type", "type", "partial_rotary_factor"]

  /// The first thing that this model core does not do, or that says two things.
  static func unsupported(in config: JSONText) -> String? {
    for place in ["rope_parameters", "rope_scaling"] {
      guard let members = config.value(of: place) else { continue }
      let types = ["rope_type", "type"].compactMap { name in
        members.value(of: name).map { $0.stringValue ?? $0.compact }
      }
      if let other = types.dropFirst().first, other != types[0] {
        return "\(place) has the rope_type '\(types[0])' and the type '\(other)'"
      }
      if let type = types.first, type != "default" {
        return "rope_type is '\(type)' in \(place); only plain rotation is read"
      }
      if types.isEmpty, place == "rope_scaling" { return "rope_scaling is set" }
      if let stranger = members.memberNames.first(where: { !known.contains($0) }) {
        return "\(place) has '\(stranger)', which is not read"
      }
    }
    return nil
  }
}
