import Fields

/// Checks the members of `config.json` on rotation, besides its base: `rope_parameters`, or
/// `rope_scaling` before transformers 5, where `rope_type` was once called `type`.
enum RotaryMembers {
  private static let known = ["rope_theta", "rope_type", "type", "partial_rotary_factor"]

  /// The first feature that this model core does not support, or the first contradiction.
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
