import Fields

extension Rendering {
  func call(
    _ callee: TemplateValue, _ arguments: CallArguments
  ) throws(TemplateFault) -> TemplateValue {
    switch callee {
    case .function(let name):
      guard let function = TemplateFunction.all[name] else { break }
      return try function.call(self, arguments)
    case .method(let method):
      return try call(method, arguments)
    case .object(let number):
      if case .macro(let macro, let scope) = objects[number] {
        return try call(macro, definedIn: scope, arguments)
      }
      if case .loop = objects[number] {
        throw .type("a loop cannot call itself here", help: "a macro can")
      }
    case .undefined(let reason): throw TemplateFault(.undefined, reason)
    default: break
    }
    throw .type("\(callee.typeName) cannot be called")
  }

  private func call(
    _ method: BoundMethod, _ arguments: CallArguments
  ) throws(TemplateFault) -> TemplateValue {
    guard let known = TemplateMethods.named(method.name, of: method.receiver) else {
      throw .type("\(method.receiver.typeName) has no method '\(method.name)'")
    }
    return try known.call(
      self, on: method.receiver, arguments, callee: "the method '\(method.name)'")
  }

  // MARK: - Macros

  private func call(
    _ macro: TemplateMacro, definedIn definition: TemplateScope, _ arguments: CallArguments
  ) throws(TemplateFault) -> TemplateValue {
    // Each parameter is looked for among the names that are given.
    try charge(macro.parameters.count * (1 + arguments.named.count))
    var named = arguments.named
    func take(_ name: String) -> TemplateValue? {
      named.firstIndex { $0.name == name }.map { named.remove(at: $0).value }
    }
    let outer = scope
    scope = TemplateScope(parent: definition)
    for (index, parameter) in macro.parameters.enumerated() {
      if index < arguments.positional.count {
        scope.names[parameter.name] = arguments.positional[index]
      } else if let value = take(parameter.name) {
        scope.names[parameter.name] = value
      } else if let standard = parameter.standard {
        // A default may use the parameters before it.
        scope.names[parameter.name] = try value(of: standard)
      } else {
        scope.names[parameter.name] = .undefined(
          "parameter '\(parameter.name)' of the macro '\(macro.name)' was not given")
      }
    }
    try bindSpecialNames(of: macro, arguments, caller: take("caller"), rest: named)
    let text = try captured(macro.body)
    scope = outer
    return try string(text)
  }

  /// Sets `caller`, `varargs` and `kwargs` for a macro that uses them; other macros take no further
  /// arguments.
  private func bindSpecialNames(
    of macro: TemplateMacro, _ arguments: CallArguments, caller: TemplateValue?,
    rest named: [(name: String, value: TemplateValue)]
  ) throws(TemplateFault) {
    let names = macro.parameters.map(\.name)
    if macro.uses.contains("caller") {
      scope.names["caller"] = caller ?? .undefined("the macro was not called by a 'call' block")
    } else if caller != nil {
      throw .type("the macro '\(macro.name)' does not use 'caller'")
    }
    if macro.uses.contains("varargs") {
      scope.names["varargs"] = try list(
        Array(arguments.positional.dropFirst(names.count)), kind: .tuple)
    } else if arguments.positional.count > names.count {
      throw .type("the macro '\(macro.name)' takes at most \(names.count) argument(s)")
    }
    if macro.uses.contains("kwargs") {
      scope.names["kwargs"] = try map(named.map { (.string($0.name), $0.value) })
    } else if let unknown = named.first {
      let unknown = UnknownName(
        "argument", unknown.name, "of the macro '\(macro.name)'", among: names)
      throw .type(unknown.statement, help: unknown.help)
    }
  }

  func run(
    call: TemplateExpression, caller: TemplateMacro, at place: Int
  ) throws(TemplateFault) {
    guard case .chain(let first, let links) = call, let last = links.last,
      case .call(let written) = last.kind
    else { return }
    let callee = try apply(Array(links.dropLast()), to: try value(of: first))
    var arguments = try arguments(written)
    arguments.named.append(("caller", try object(.macro(caller, scope: scope))))
    position = place
    try write(try shown(try self.call(callee, arguments)))
  }

  // MARK: - Filters and tests

  func filtered(
    _ value: TemplateValue, by name: String, _ arguments: CallArguments
  ) throws(TemplateFault) -> TemplateValue {
    guard let filter = TemplateFilters.all[name] else {
      let unknown = UnknownName("filter", name, among: TemplateFilters.all.keys.sorted())
      throw .type(unknown.statement, help: unknown.help)
    }
    return try filter.call(self, on: value, arguments, callee: "the filter '\(name)'")
  }

  func passes(
    _ value: TemplateValue, test name: String, _ arguments: CallArguments
  ) throws(TemplateFault) -> Bool {
    guard let test = TemplateTest.all[name] else {
      let unknown = UnknownName("test", name, among: TemplateTest.all.keys.sorted())
      throw .type(unknown.statement, help: unknown.help)
    }
    let parameters = test.parameter.map { [$0] } ?? []
    let bound = try arguments.bound(to: parameters, of: "the test '\(name)'")
    return try test.apply(self, value, parameters.isEmpty ? .null : try bound.required(0))
  }
}
