extension TemplateFilters {
  /// Filters of whatever has elements.
  static let sequences: [ValueFunction] = [
    length, length.named("count"),
    ValueFunction("first") { (rendering, value, _) throws(TemplateFault) in
      if case .object(let number) = value, case .iterator(var rest) = rendering.objects[number] {
        let first = rest.popFirst()
        rendering.objects[number] = .iterator(rest)
        return first ?? .undefined("the sequence is empty and has no first element")
      }
      return try rendering.elements(of: value).first
        ?? .undefined("the sequence is empty and has no first element")
    },
    ValueFunction("last") { (rendering, value, _) throws(TemplateFault) in
      guard rendering.length(of: value) != nil else {
        throw .type("\(value.typeName) has no last element", help: "make a list of it by '| list'")
      }
      return try rendering.elements(of: value).last
        ?? .undefined("the sequence is empty and has no last element")
    },
    ValueFunction("list") { (rendering, value, _) throws(TemplateFault) in
      try rendering.list(try rendering.elements(of: value))
    },
    ValueFunction("reverse") { (rendering, value, _) throws(TemplateFault) in
      if value.text != nil {
        return try rendering.sliced(value, from: .null, to: .null, by: -1)
      }
      return try rendering.iterator(try rendering.elements(of: value).reversed())
    },
    ValueFunction("sort", ["reverse", "case_sensitive", "attribute"]) {
      (rendering, value, arguments) throws(TemplateFault) in
      let isExact = arguments.isTrue(1)
      let names = try arguments[2]?.text.map { (text) throws(TemplateFault) in
        try rendering.parts(of: text, by: ",").map { TemplateValue.string(String($0)) }
      }
      let sorted = try rendering.sorted(
        try rendering.elements(of: value), isReversed: arguments.isTrue(0)
      ) { (element) throws(TemplateFault) in
        var keys: [TemplateValue] = []
        for name in names ?? [arguments[2] ?? .null] {
          try rendering.charge()
          let key = try rendering.member(name, of: element)
          keys.append(isExact ? key : try rendering.ignoringCase(key))
        }
        return .list(TemplateList(keys))
      }
      return try rendering.list(sorted)
    },
    ValueFunction("unique", ["case_sensitive", "attribute"]) {
      (rendering, value, arguments) throws(TemplateFault) in
      let isExact = arguments.isTrue(0)
      var seen: Set<TemplateKey> = []
      var kept: [TemplateValue] = []
      for element in try rendering.elements(of: value) {
        let member = try rendering.member(arguments[1], of: element)
        guard let key = try rendering.key(isExact ? member : try rendering.ignoringCase(member))
        else {
          throw .type("'unique' cannot compare \(member.typeName)")
        }
        if seen.insert(key).inserted { kept.append(element) }
      }
      return try rendering.iterator(kept)
    },
    ValueFunction("batch", ["linecount", "fill_with"]) {
      (rendering, value, arguments) throws(TemplateFault) in
      let size = try arguments.integer(0, standard: 0)
      guard size > 0 else { throw .type("a batch has at least one element") }
      let elements = try rendering.elements(of: value)
      var rows: [TemplateValue] = []
      for start in stride(from: 0, to: elements.count, by: size) {
        var row = Array(elements[start..<min(elements.count, start + size)])
        if let filler = arguments[1], !filler.isNull, row.count < size {
          try rendering.charge(size)
          row += repeatElement(filler, count: size - row.count)
        }
        rows.append(try rendering.list(row))
      }
      return try rendering.iterator(rows)
    },
    ValueFunction("sum", ["attribute", "start"]) {
      (rendering, value, arguments) throws(TemplateFault) in
      var sum = arguments[1] ?? .int(0)
      for element in try rendering.elements(of: value) {
        sum = try rendering.calculated(sum, .add, try rendering.member(arguments[0], of: element))
      }
      return sum
    },
    ValueFunction("min", ["case_sensitive", "attribute"]) {
      (rendering, value, arguments) throws(TemplateFault) in
      try extreme(rendering, value, arguments, sign: -1)
    },
    ValueFunction("max", ["case_sensitive", "attribute"]) {
      (rendering, value, arguments) throws(TemplateFault) in
      try extreme(rendering, value, arguments, sign: 1)
    },
  ]

  private static let length = ValueFunction("length") {
    (rendering, value, _) throws(TemplateFault) in
    if let text = value.text { try rendering.charge(bytes: text.utf8.count) }
    guard let length = rendering.length(of: value) else {
      throw .type("\(value.typeName) has no length")
    }
    return .int(length)
  }

  private static func extreme(
    _ rendering: Rendering, _ value: TemplateValue, _ arguments: BoundArguments, sign: Int
  ) throws(TemplateFault) -> TemplateValue {
    let isExact = arguments.isTrue(0)
    var best: (element: TemplateValue, key: TemplateValue)?
    for element in try rendering.elements(of: value) {
      let member = try rendering.member(arguments[1], of: element)
      let key = isExact ? member : try rendering.ignoringCase(member)
      if let found = best {
        guard try (rendering.order(key, found.key) ?? 0) * sign > 0 else { continue }
      }
      best = (element, key)
    }
    return best?.element ?? .undefined("the sequence is empty and has no extreme element")
  }
}

extension TemplateFilters {
  /// Filters of mappings, and the one that stands in for what is missing.
  static let maps: [ValueFunction] = [
    standard, standard.named("d"),
    ValueFunction("items") { (rendering, value, _) throws(TemplateFault) in
      if value.isUndefined { return try rendering.iterator([]) }
      guard case .map(let map) = value else {
        throw .type("'items' needs a mapping, not \(value.typeName)")
      }
      return try rendering.iterator(map.items)
    },
    ValueFunction("dictsort", ["case_sensitive", "by", "reverse"]) {
      (rendering, value, arguments) throws(TemplateFault) in
      guard case .map(let map) = value else {
        if case .undefined(let reason) = value { throw TemplateFault(.undefined, reason) }
        throw .type("'dictsort' needs a mapping, not \(value.typeName)")
      }
      let isExact = arguments.isTrue(0)
      let by = try arguments[1] == nil ? "key" : arguments.text(1)
      guard by == "key" || by == "value" else {
        throw .type("'dictsort' sorts by 'key' or 'value', not by '\(by)'")
      }
      let keys = by == "key" ? map.keys : map.values
      let order = try rendering.sorted(
        Array(map.keys.indices), isReversed: arguments.isTrue(2)
      ) { (index) throws(TemplateFault) in
        isExact ? keys[index] : try rendering.ignoringCase(keys[index])
      }
      let items = map.items
      return try rendering.list(order.map { items[$0] })
    },
  ]

  private static let standard = ValueFunction("default", ["default_value", "boolean"]) {
    (rendering, value, arguments) throws(TemplateFault) in
    let replacesFalse = arguments.isTrue(1)
    let isMissing = value.isUndefined || (replacesFalse && !value.isTrue)
    return isMissing ? arguments[0] ?? "" : value
  }
}

extension Rendering {
  /// Returns a member by a path such as `function.name`, or an element by number; the value itself
  /// if no path is given.
  func member(
    _ path: TemplateValue?, of value: TemplateValue
  ) throws(TemplateFault) -> TemplateValue {
    guard let path, !path.isNull else { return value }
    guard let text = path.text else { return try item(path, of: value) }
    var found = value
    for part in try parts(of: text, by: ".") {
      let isNumber = !part.isEmpty && part.utf8.allSatisfy { (48...57).contains($0) }
      let index = isNumber ? Int(part).map { TemplateValue.int($0) } : nil
      found = try item(index ?? .string(String(part)), of: found)
    }
    return found
  }

  /// Returns the parts of a text between marks. They are paid for, and no more than that are made.
  /// Only dots have empty parts between them.
  func parts(of text: String, by mark: Character) throws(TemplateFault) -> [Substring] {
    try charge(bytes: text.utf8.count)
    let parts = text.split(
      separator: mark, maxSplits: stepsLeft, omittingEmptySubsequences: mark != ".")
    try charge(parts.count)
    return parts
  }

  /// The text in small letters; other values as they are.
  func ignoringCase(_ value: TemplateValue) throws(TemplateFault) -> TemplateValue {
    guard let text = value.text else { return value }
    return try cased(text, like: .null) { $0.lowercasedScalars }
  }
}
