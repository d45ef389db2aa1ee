import Fields

extension Rendering {
  func value(of expression: TemplateExpression) throws(TemplateFault) -> TemplateValue {
    try enter()
    let value = try evaluated(expression)
    leave()
    return value
  }

  private func evaluated(_ expression: TemplateExpression) throws(TemplateFault) -> TemplateValue {
    switch expression {
    case .constant(let value): return value
    case .name(let name, let place):
      position = place
      return try variable(name)
    case .list(let items, let kind): return try list(of: items, kind: kind)
    case .map(let members, let place): return try map(of: members, at: place)
    case .chain(let first, let links): return try apply(links, to: try value(of: first))
    case .arithmetic(let first, let rest): return try arithmetic(first, rest)
    case .concatenation(let operands, let place): return try concatenation(operands, at: place)
    case .comparison(let first, let rest): return try comparison(first, rest)
    case .sign(let isMinus, let operand, let place):
      let number = try value(of: operand)
      position = place
      return try signed(number, isMinus: isMinus)
    case .not(let operand): return .bool(try !value(of: operand).isTrue)
    case .and(let operands): return try first(of: operands, that: false)
    case .or(let operands): return try first(of: operands, that: true)
    case .conditional(let condition, let value, let other):
      return try conditional(condition, value, other)
    }
  }

  private func variable(_ name: String) throws(TemplateFault) -> TemplateValue {
    try charge(bytes: name.utf8.count)
    if let value = scope[name] { return value }
    if TemplateFunction.all[name] != nil, name != "strftime_now" || now != nil {
      return .function(name)
    }
    return .undefined("\(name.quoted) is undefined")
  }

  private func list(
    of items: [TemplateExpression], kind: TemplateList.Kind
  ) throws(TemplateFault) -> TemplateValue {
    var elements: [TemplateValue] = []
    for item in items { elements.append(try value(of: item)) }
    return try list(elements, kind: kind)
  }

  private func map(
    of members: [(key: TemplateExpression, value: TemplateExpression)], at place: Int
  ) throws(TemplateFault) -> TemplateValue {
    var pairs: [(TemplateValue, TemplateValue)] = []
    for member in members {
      pairs.append((try value(of: member.key), try value(of: member.value)))
    }
    position = place
    return try map(pairs)
  }

  /// Returns the first operand that is true, or false, else the last one, as `or` and `and` do.
  private func first(
    of operands: [TemplateExpression], that isWanted: Bool
  ) throws(TemplateFault) -> TemplateValue {
    var value = TemplateValue.null
    for operand in operands {
      value = try self.value(of: operand)
      if value.isTrue == isWanted { return value }
    }
    return value
  }

  private func conditional(
    _ condition: TemplateExpression, _ value: TemplateExpression, _ other: TemplateExpression?
  ) throws(TemplateFault) -> TemplateValue {
    if try self.value(of: condition).isTrue { return try self.value(of: value) }
    if let other { return try self.value(of: other) }
    return .undefined(
      "the condition of an 'if' without 'else' was false, so the value is undefined")
  }

  private func arithmetic(
    _ first: TemplateExpression,
    _ rest: [(operation: ArithmeticOperator, operand: TemplateExpression, at: Int)]
  ) throws(TemplateFault) -> TemplateValue {
    var value = try value(of: first)
    for (operation, operand, place) in rest {
      let right = try self.value(of: operand)
      position = place
      value = try calculated(value, operation, right)
    }
    return value
  }

  private func concatenation(
    _ operands: [TemplateExpression], at place: Int
  ) throws(TemplateFault) -> TemplateValue {
    var text = ""
    for operand in operands {
      let part = try value(of: operand)
      position = place
      let more = try shown(part)
      try chargeText(more.utf8.count, after: text.utf8.count)
      text += more
    }
    return .string(text)
  }

  private func comparison(
    _ first: TemplateExpression,
    _ rest: [(operation: ComparisonOperator, operand: TemplateExpression, at: Int)]
  ) throws(TemplateFault) -> TemplateValue {
    var left = try value(of: first)
    for (operation, operand, place) in rest {
      let right = try value(of: operand)
      position = place
      guard try isTrue(left, operation, right) else { return .bool(false) }
      left = right
    }
    return .bool(true)
  }

  // MARK: - Chains

  func apply(_ links: [TemplateLink], to first: TemplateValue) throws(TemplateFault)
    -> TemplateValue
  {
    var value = first
    for link in links { value = try apply(link, to: value) }
    return value
  }

  private func apply(
    _ link: TemplateLink, to value: TemplateValue
  ) throws(TemplateFault) -> TemplateValue {
    try charge()
    switch link.kind {
    case .attribute(let name):
      position = link.position
      return try attribute(name, of: value)
    case .item(let expression):
      let index = try self.value(of: expression)
      position = link.position
      return try item(index, of: value)
    case .slice(let start, let end, let step):
      return try slice(value, start, end, step, at: link.position)
    case .call(let written):
      let arguments = try arguments(written)
      position = link.position
      return try call(value, arguments)
    case .filter(let name, let written):
      let arguments = try arguments(written)
      position = link.position
      return try filtered(value, by: name, arguments)
    case .test(let name, let written, let isNegated):
      let arguments = try arguments(written)
      position = link.position
      return .bool(try passes(value, test: name, arguments) != isNegated)
    }
  }

  private func slice(
    _ value: TemplateValue, _ start: TemplateExpression?, _ end: TemplateExpression?,
    _ step: TemplateExpression?, at place: Int
  ) throws(TemplateFault) -> TemplateValue {
    let start = try start.map { (bound) throws(TemplateFault) in try self.value(of: bound) }
    let end = try end.map { (bound) throws(TemplateFault) in try self.value(of: bound) }
    let step = try step.map { (bound) throws(TemplateFault) in try self.value(of: bound) }
    position = place
    return try sliced(value, from: start ?? .null, to: end ?? .null, by: step ?? .null)
  }

  func arguments(_ written: TemplateArguments) throws(TemplateFault) -> CallArguments {
    var arguments = CallArguments()
    for argument in written.positional { arguments.positional.append(try value(of: argument)) }
    for argument in written.named {
      arguments.named.append((argument.name, try value(of: argument.value)))
    }
    if let sequence = written.sequence {
      arguments.positional += try elements(of: try value(of: sequence))
    }
    if let mapping = written.mapping { try add(try value(of: mapping), to: &arguments) }
    return arguments
  }

  /// Adds the members of a mapping as named arguments.
  private func add(
    _ value: TemplateValue, to arguments: inout CallArguments
  ) throws(TemplateFault) {
    guard case .map(let map) = value else {
      throw .type("'**' needs a mapping, not \(value.typeName)")
    }
    let count = arguments.named.count + map.count
    guard count <= limits.parameters else {
      throw TemplateFault(
        .limit, "a call has at most \(limits.parameters) arguments with names, not \(count)")
    }
    try charge(count)
    var names = Set(arguments.named.map(\.name))
    for (key, value) in zip(map.keys, map.values) {
      guard let name = key.text else { throw .type("the names of arguments are strings") }
      try charge(bytes: name.utf8.count)
      guard names.insert(name).inserted else {
        throw .type("the argument \(name.quoted) is given twice")
      }
      arguments.named.append((name, value))
    }
  }
}
