extension Rendering {
  /// The reason a list of statements ended.
  enum Flow {
    case finished, breakLoop, continueLoop
  }

  func run(_ body: [TemplateStatement]) throws(TemplateFault) -> Flow {
    try enter()
    for statement in body {
      let flow = try run(statement)
      guard case .finished = flow else {
        leave()
        return flow
      }
    }
    leave()
    return .finished
  }

  private func run(_ statement: TemplateStatement) throws(TemplateFault) -> Flow {
    try charge()
    switch statement {
    case .text(let text, let place):
      position = place
      try write(text)
    case .output(let expression, let place):
      try output(expression, at: place)
    case .branches(let branches, let otherwise):
      return try run(branches, otherwise: otherwise)
    case .loop(let loop): return try run(loop)
    case .assignment(let target, let expression, let place):
      let value = try value(of: expression)
      position = place
      try assign(value, to: target)
    case .captured(let target, let filters, let body, let place):
      let text = try inner { () throws(TemplateFault) in try captured(body) }
      position = place
      try assign(try apply(filters, to: try string(text)), to: target)
    case .macro(let macro, let place):
      position = place
      scope.names[macro.name] = try object(.macro(macro, scope: scope))
    case .call(let call, let caller, let place):
      try run(call: call, caller: caller, at: place)
    case .filtered(let filters, let body, let place):
      let text = try inner { () throws(TemplateFault) in try captured(body) }
      position = place
      try write(try shown(try apply(filters, to: try string(text))))
    case .scoped(let members, let body, let place):
      return try run(with: members, body, at: place)
    case .generation(let body, let place): try run(generation: body, at: place)
    case .breakLoop: return .breakLoop
    case .continueLoop: return .continueLoop
    }
    return .finished
  }

  private func output(_ expression: TemplateExpression, at place: Int) throws(TemplateFault) {
    let value = try value(of: expression)
    position = place
    try write(try shown(value))
  }

  private func run(
    _ branches: [(condition: TemplateExpression, body: [TemplateStatement])],
    otherwise: [TemplateStatement]
  ) throws(TemplateFault) -> Flow {
    for (condition, body) in branches where try value(of: condition).isTrue {
      return try run(body)
    }
    return try run(otherwise)
  }

  /// Runs code in a block of its own: what it sets is gone afterwards.
  func inner<Result>(
    _ code: () throws(TemplateFault) -> Result
  ) throws(TemplateFault) -> Result {
    let outer = scope
    scope = TemplateScope(parent: outer)
    let result = try code()
    scope = outer
    return result
  }

  private func run(
    with members: [(target: TemplateTarget, value: TemplateExpression)],
    _ body: [TemplateStatement], at place: Int
  ) throws(TemplateFault) -> Flow {
    // All values are taken before any name is set.
    var values: [TemplateValue] = []
    for member in members { values.append(try value(of: member.value)) }
    return try inner { () throws(TemplateFault) in
      for (member, value) in zip(members, values) {
        position = place
        try assign(value, to: member.target)
      }
      return try run(body)
    }
  }

  private func run(generation body: [TemplateStatement], at place: Int) throws(TemplateFault) {
    position = place
    guard outputs.count == 1 else {
      throw .type(
        "a 'generation' block inside a macro or a captured block has an unknown place in the text")
    }
    let start = outputs[0].utf8.count
    _ = try inner { () throws(TemplateFault) in try run(body) }
    generated.append(start..<outputs[0].utf8.count)
  }

  // MARK: - Loops

  private func run(_ loop: TemplateLoop) throws(TemplateFault) -> Flow {
    let sequence = try value(of: loop.sequence)
    position = loop.position
    var elements = try self.elements(of: sequence)
    if let condition = loop.condition {
      elements = try selected(elements, by: condition, target: loop.target)
    }
    guard !elements.isEmpty else {
      return try inner { () throws(TemplateFault) in try run(loop.otherwise) }
    }
    try charge(elements.count)
    let object = try object(.loop(TemplateLoopState(elements: elements)))
    guard case .object(let number) = object else { return .finished }
    let outer = scope
    for (index, element) in elements.enumerated() {
      scope = TemplateScope(parent: outer)
      scope.names["loop"] = object
      update(loop: number) { $0.index = index }
      position = loop.position
      try assign(element, to: loop.target)
      if case .breakLoop = try run(loop.body) { break }
    }
    scope = outer
    return .finished
  }

  func update(loop number: Int, _ change: (inout TemplateLoopState) -> Void) {
    guard case .loop(var state) = objects[number] else { return }
    change(&state)
    objects[number] = .loop(state)
  }

  /// Returns the elements for which the condition after a loop's `if` is true.
  private func selected(
    _ elements: [TemplateValue], by condition: TemplateExpression, target: TemplateTarget
  ) throws(TemplateFault) -> [TemplateValue] {
    var kept: [TemplateValue] = []
    for element in elements {
      let isKept = try inner { () throws(TemplateFault) in
        try assign(element, to: target)
        return try value(of: condition).isTrue
      }
      if isKept { kept.append(element) }
    }
    return kept
  }

  // MARK: - Assignments

  func assign(_ value: TemplateValue, to target: TemplateTarget) throws(TemplateFault) {
    switch target {
    case .name(let name):
      try charge(bytes: name.utf8.count)
      scope.names[name] = value
    case .member(let owner, let name): try assign(value, to: name, of: owner)
    case .unpacked(let targets):
      let elements = try elements(of: value)
      guard elements.count == targets.count else {
        throw .type("expected \(targets.count) values to unpack, found \(elements.count)")
      }
      for (element, target) in zip(elements, targets) { try assign(element, to: target) }
    }
  }

  private func assign(
    _ value: TemplateValue, to name: String, of owner: String
  ) throws(TemplateFault) {
    guard case .object(let number)? = scope[owner], case .namespace(var members) = objects[number]
    else {
      throw .type(
        "'\(owner)' is not a namespace, and nothing else has members that can be set",
        help: "write '{% set \(owner) = namespace(\(name)=…) %}' first")
    }
    try Self.checkMember(name)
    if let place = try place(of: name, among: members) {
      members[place].value = value
    } else {
      members.append((name, value))
    }
    objects[number] = .namespace(members)
  }

  /// Throws for names that transformers keeps templates from setting.
  static func checkMember(_ name: String) throws(TemplateFault) {
    guard !name.hasPrefix("_") else {
      throw .type("the member '\(name)' of a namespace may not begin with an underscore")
    }
  }
}
