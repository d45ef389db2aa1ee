extension TemplateFilters {
  /// Filters that apply another filter, or a test, to each element.
  static let selections: [ValueFunction] = [
    ValueFunction("map", nil) { (rendering, value, arguments) throws(TemplateFault) in
      try mapped(rendering, value, arguments.all)
    },
    ValueFunction("select", nil) { (rendering, value, arguments) throws(TemplateFault) in
      try selected(rendering, value, arguments.all, byMember: false, keeps: true)
    },
    ValueFunction("reject", nil) { (rendering, value, arguments) throws(TemplateFault) in
      try selected(rendering, value, arguments.all, byMember: false, keeps: false)
    },
    ValueFunction("selectattr", nil) { (rendering, value, arguments) throws(TemplateFault) in
      try selected(rendering, value, arguments.all, byMember: true, keeps: true)
    },
    ValueFunction("rejectattr", nil) { (rendering, value, arguments) throws(TemplateFault) in
      try selected(rendering, value, arguments.all, byMember: true, keeps: false)
    },
  ]

  private static func mapped(
    _ rendering: Rendering, _ value: TemplateValue, _ arguments: CallArguments
  ) throws(TemplateFault) -> TemplateValue {
    let named = Dictionary(arguments.named.map { ($0.name, $0.value) }) { first, _ in first }
    var results: [TemplateValue] = []
    if arguments.positional.isEmpty, let path = named["attribute"] {
      if let other = named.keys.first(where: { $0 != "attribute" && $0 != "default" }) {
        throw .type("'map' has no argument '\(other)'; expected attribute or default")
      }
      for element in try rendering.elements(of: value) {
        let member = try rendering.member(path, of: element)
        results.append(member.isUndefined ? named["default"] ?? member : member)
      }
      return try rendering.iterator(results)
    }
    guard let name = arguments.positional.first?.text else {
      throw .type("'map' needs the name of a filter, or an attribute")
    }
    let rest = CallArguments(
      positional: Array(arguments.positional.dropFirst()), named: arguments.named)
    // A filter may be `map` itself.
    try rendering.enter()
    for element in try rendering.elements(of: value) {
      try rendering.charge()
      results.append(try rendering.filtered(element, by: name, rest))
    }
    rendering.leave()
    return try rendering.iterator(results)
  }

  private static func selected(
    _ rendering: Rendering, _ value: TemplateValue, _ arguments: CallArguments, byMember: Bool,
    keeps isWanted: Bool
  ) throws(TemplateFault) -> TemplateValue {
    var rest = arguments.positional[...]
    let path = byMember ? rest.popFirst() : nil
    guard !byMember || path != nil else { throw .type("the name of an attribute is missing") }
    let test = rest.popFirst()
    guard test == nil || test?.text != nil else {
      throw .type("the name of a test is a string, not \(test?.typeName ?? "")")
    }
    let given = CallArguments(positional: Array(rest), named: arguments.named)
    var kept: [TemplateValue] = []
    for element in try rendering.elements(of: value) {
      try rendering.charge()
      let member = try rendering.member(path, of: element)
      let isTrue =
        if let name = test?.text {
          try rendering.passes(member, test: name, given)
        } else {
          member.isTrue
        }
      if isTrue == isWanted { kept.append(element) }
    }
    return try rendering.iterator(kept)
  }
}
