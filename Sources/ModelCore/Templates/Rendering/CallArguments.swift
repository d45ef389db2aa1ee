import Fields

/// The values that a function, method, filter, test or macro is called with.
struct CallArguments {
  var positional: [TemplateValue] = []
  var named: [(name: String, value: TemplateValue)] = []

  /// The values in the order of the parameters; nil for those that are not given.
  /// - Parameter callee: the name of what is called, with its noun, for messages.
  func bound(
    to parameters: [String], of callee: String
  ) throws(TemplateFault) -> BoundArguments {
    guard positional.count <= parameters.count else {
      let most = parameters.isEmpty ? "no arguments" : "at most \(parameters.count) argument(s)"
      throw .type("\(callee) takes \(most), and is given \(positional.count)")
    }
    var values: [TemplateValue?] = positional.map { $0 }
    values += [TemplateValue?](repeating: nil, count: parameters.count - values.count)
    for (name, value) in named {
      guard let place = parameters.firstIndex(of: name) else {
        let unknown = UnknownName("argument", name, "of \(callee)", among: parameters)
        throw .type(unknown.statement, help: unknown.help)
      }
      guard values[place] == nil else {
        throw .type("the argument '\(name)' of \(callee) is given twice")
      }
      values[place] = value
    }
    return BoundArguments(values: values, parameters: parameters, callee: callee, all: self)
  }
}

/// Arguments by the index of their parameter.
struct BoundArguments {
  let values: [TemplateValue?]
  let parameters: [String]
  let callee: String
  /// The arguments as they were given, for what takes any number of them.
  let all: CallArguments

  subscript(index: Int) -> TemplateValue? { values[index] }

  /// True if the argument is given and counts as true.
  func isTrue(_ index: Int) -> Bool { values[index]?.isTrue ?? false }

  func required(_ index: Int) throws(TemplateFault) -> TemplateValue {
    guard let value = values[index] else {
      throw .type("\(callee) needs the argument '\(parameters[index])'")
    }
    return value
  }

  /// The text of an argument that must be one.
  func text(_ index: Int) throws(TemplateFault) -> String {
    let value = try required(index)
    guard let text = value.text else { throw wrong(index, "a string", value) }
    return text
  }

  /// The integer of an argument; `standard` if it is not given, or none.
  func integer(_ index: Int, standard: Int) throws(TemplateFault) -> Int {
    guard let value = values[index], !value.isNull else { return standard }
    guard let number = value.integer else { throw wrong(index, "an integer", value) }
    return number
  }

  func wrong(_ index: Int, _ expected: String, _ found: TemplateValue) -> TemplateFault {
    if case .undefined(let reason) = found { return TemplateFault(.undefined, reason) }
    return .type(
      "the argument '\(parameters[index])' of \(callee) is \(expected), not \(found.typeName)")
  }
}
