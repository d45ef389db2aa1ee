// One constructor for each kind of property. With `required: true` the file must set the value;
// otherwise the property's initial value is the default. An optional property is absent by default.

extension Field where Root: FieldGroup {
  package static func bool(
    _ name: String, _ path: WritableKeyPath<Root, Bool>, _ meaning: String,
    _ fieldClass: FieldClass
  ) -> Field {
    make(name, .bool, .bool(Root()[keyPath: path]), nil, meaning, fieldClass) { root, value in
      if case .bool(let flag) = value { root[keyPath: path] = flag }
    }
  }

  package static func bool(
    _ name: String, _ path: WritableKeyPath<Root, Bool?>, _ meaning: String,
    _ fieldClass: FieldClass
  ) -> Field {
    make(name, .bool, .absent, nil, meaning, fieldClass) { root, value in
      if case .bool(let flag) = value { root[keyPath: path] = flag }
    }
  }

  package static func int(
    _ name: String, _ path: WritableKeyPath<Root, Int>, _ range: ClosedRange<Int>,
    unit: FieldUnit? = nil, _ meaning: String, _ fieldClass: FieldClass, required: Bool = false
  ) -> Field {
    make(
      name, .int(range), required ? nil : .int(Root()[keyPath: path]), unit, meaning, fieldClass
    ) { root, value in
      if let number = value.intValue { root[keyPath: path] = number }
    }
  }

  package static func int(
    _ name: String, _ path: WritableKeyPath<Root, Int?>, _ range: ClosedRange<Int>,
    unit: FieldUnit? = nil, _ meaning: String, _ fieldClass: FieldClass
  ) -> Field {
    make(name, .int(range), .absent, unit, meaning, fieldClass) { root, value in
      root[keyPath: path] = value.intValue
    }
  }

  package static func float(
    _ name: String, _ path: WritableKeyPath<Root, Double>, _ range: FloatRange,
    unit: FieldUnit? = nil, _ meaning: String, _ fieldClass: FieldClass, required: Bool = false
  ) -> Field {
    make(
      name, .float(range), required ? nil : .float(Root()[keyPath: path]), unit, meaning, fieldClass
    ) { root, value in
      if let number = value.doubleValue { root[keyPath: path] = number }
    }
  }

  package static func float(
    _ name: String, _ path: WritableKeyPath<Root, Double?>, _ range: FloatRange,
    unit: FieldUnit? = nil, _ meaning: String, _ fieldClass: FieldClass
  ) -> Field {
    make(name, .float(range), .absent, unit, meaning, fieldClass) { root, value in
      root[keyPath: path] = value.doubleValue
    }
  }

  package static func string(
    _ name: String, _ path: WritableKeyPath<Root, String>, _ meaning: String,
    _ fieldClass: FieldClass, required: Bool = false
  ) -> Field {
    make(
      name, .string, required ? nil : .string(Root()[keyPath: path]), nil, meaning, fieldClass
    ) { root, value in
      if let text = value.stringValue { root[keyPath: path] = text }
    }
  }

  package static func string(
    _ name: String, _ path: WritableKeyPath<Root, String?>, _ meaning: String,
    _ fieldClass: FieldClass
  ) -> Field {
    make(name, .string, .absent, nil, meaning, fieldClass) { root, value in
      root[keyPath: path] = value.stringValue
    }
  }

  /// A choice stored as an enumeration.
  package static func choice<Value: FieldChoice>(
    _ name: String, _ path: WritableKeyPath<Root, Value>, _ meaning: String,
    _ fieldClass: FieldClass, required: Bool = false
  ) -> Field {
    make(
      name, .choice(Value.choices),
      required ? nil : .string(Root()[keyPath: path].rawValue), nil, meaning, fieldClass
    ) { root, value in
      if let chosen = value.stringValue.flatMap(Value.init(rawValue:)) {
        root[keyPath: path] = chosen
      }
    }
  }

  package static func choice<Value: FieldChoice>(
    _ name: String, _ path: WritableKeyPath<Root, Value?>, _ meaning: String,
    _ fieldClass: FieldClass
  ) -> Field {
    make(name, .choice(Value.choices), .absent, nil, meaning, fieldClass) { root, value in
      root[keyPath: path] = value.stringValue.flatMap(Value.init(rawValue:))
    }
  }

  /// A choice whose values come from a registry.
  package static func choice(
    _ name: String, _ path: WritableKeyPath<Root, String>, of choices: [Choice],
    _ meaning: String, _ fieldClass: FieldClass, required: Bool = false
  ) -> Field {
    make(
      name, .choice(choices), required ? nil : .string(Root()[keyPath: path]), nil, meaning,
      fieldClass
    ) { root, value in
      if let text = value.stringValue { root[keyPath: path] = text }
    }
  }

  /// A choice from a registry that may be absent.
  package static func choice(
    _ name: String, _ path: WritableKeyPath<Root, String?>, of choices: [Choice],
    _ meaning: String, _ fieldClass: FieldClass
  ) -> Field {
    make(name, .choice(choices), .absent, nil, meaning, fieldClass) { root, value in
      root[keyPath: path] = value.stringValue
    }
  }

  package static func ints(
    _ name: String, _ path: WritableKeyPath<Root, [Int]>, each range: ClosedRange<Int>,
    count: ClosedRange<Int>, unit: FieldUnit? = nil, _ meaning: String, _ fieldClass: FieldClass,
    required: Bool = false
  ) -> Field {
    make(
      name, .list(of: .int(range), count: count),
      required ? nil : .list(Root()[keyPath: path].map { .int($0) }), unit, meaning, fieldClass
    ) { root, value in
      if let elements = value.listValue { root[keyPath: path] = elements.compactMap(\.intValue) }
    }
  }

  package static func floats(
    _ name: String, _ path: WritableKeyPath<Root, [Double]>, each range: FloatRange,
    count: ClosedRange<Int>, _ meaning: String, _ fieldClass: FieldClass, required: Bool = false
  ) -> Field {
    make(
      name, .list(of: .float(range), count: count),
      required ? nil : .list(Root()[keyPath: path].map { .float($0) }), nil, meaning, fieldClass
    ) { root, value in
      if let elements = value.listValue { root[keyPath: path] = elements.compactMap(\.doubleValue) }
    }
  }

  /// A list of names: any names, or those of a registry if `choices` is given.
  package static func strings(
    _ name: String, _ path: WritableKeyPath<Root, [String]>, of choices: [Choice]? = nil,
    count: ClosedRange<Int>, _ meaning: String, _ fieldClass: FieldClass, required: Bool = false
  ) -> Field {
    make(
      name, .list(of: choices.map { .choice($0) } ?? .string, count: count),
      required ? nil : .list(Root()[keyPath: path].map { .string($0) }), nil, meaning, fieldClass
    ) { root, value in
      if let elements = value.listValue {
        root[keyPath: path] = elements.compactMap(\.stringValue)
      }
    }
  }

  /// A nested group; its own defaults fill in what is not written.
  package static func group<Value: FieldDecodable>(
    _ name: String, _ path: WritableKeyPath<Root, Value>, _ meaning: String,
    _ fieldClass: FieldClass, required: Bool = false
  ) -> Field {
    Field(
      FieldDescriptor(
        name: name, type: .group(Value.descriptor),
        defaultValue: required ? nil : Value.descriptor.defaults, meaning: meaning,
        fieldClass: fieldClass),
      issues: { root in root[keyPath: path].allIssues().map { $0.prefixed(name) } },
      assign: { root, value in root[keyPath: path] = Value(decoding: value) })
  }

  /// An optional nested group, whose presence enables a feature.
  /// - Parameter isKeyedWhenAbsent: false for a field that joins a kind whose results are kept.
  package static func group<Value: FieldDecodable>(
    _ name: String, _ path: WritableKeyPath<Root, Value?>, _ meaning: String,
    _ fieldClass: FieldClass, isKeyedWhenAbsent: Bool = true
  ) -> Field {
    Field(
      FieldDescriptor(
        name: name, type: .group(Value.descriptor), defaultValue: .absent, meaning: meaning,
        fieldClass: fieldClass, isKeyedWhenAbsent: isKeyedWhenAbsent),
      issues: { root in
        (root[keyPath: path]?.allIssues() ?? []).map { $0.prefixed(name) }
      },
      assign: { root, value in root[keyPath: path] = Value(decoding: value) })
  }

  /// A map from names chosen by the user to groups.
  package static func groups<Value: FieldDecodable>(
    _ name: String, _ path: WritableKeyPath<Root, [String: Value]>, keys: String,
    _ meaning: String, _ fieldClass: FieldClass, required: Bool = false
  ) -> Field {
    Field(
      FieldDescriptor(
        name: name, type: .map(of: .group(Value.descriptor), keys: keys),
        defaultValue: required ? nil : .map([:]), meaning: meaning, fieldClass: fieldClass),
      issues: { root in
        root[keyPath: path].sorted { $0.key < $1.key }.flatMap { entry in
          entry.value.allIssues().map { $0.prefixed(entry.key).prefixed(name) }
        }
      },
      assign: { root, value in
        root[keyPath: path] = (value.mapValue ?? [:]).mapValues { Value(decoding: $0) }
      })
  }

  private static func make(
    _ name: String, _ type: FieldType, _ defaultValue: FieldValue?, _ unit: FieldUnit?,
    _ meaning: String, _ fieldClass: FieldClass,
    assign: @escaping (inout Root, FieldValue) -> Void
  ) -> Field {
    Field(
      FieldDescriptor(
        name: name, type: type, defaultValue: defaultValue, unit: unit, meaning: meaning,
        fieldClass: fieldClass),
      assign: assign)
  }
}
