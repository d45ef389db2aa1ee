/// A filter: what `value | name(arguments)` gives.
struct TemplateFilter: Sendable {
  typealias Body =
    @Sendable (Rendering, TemplateValue, BoundArguments) throws(TemplateFault) -> TemplateValue

  let name: String
  /// The names of the arguments after the value; nil if any are taken.
  let parameters: [String]?
  let apply: Body

  init(_ name: String, _ parameters: [String]? = [], _ apply: @escaping Body) {
    self.name = name
    self.parameters = parameters
    self.apply = apply
  }

  /// The same filter by another name.
  func named(_ other: String) -> TemplateFilter { TemplateFilter(other, parameters, apply) }

  /// Every filter. A new one is an entry in one of these lists.
  static let all: [String: TemplateFilter] = Dictionary(
    uniqueKeysWithValues: [text, json, numbers, sequences, maps, selections].joined()
      .map { ($0.name, $0) })
}
