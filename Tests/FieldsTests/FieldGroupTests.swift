import Fields
import Synchronization
import Testing

private struct Inner: FieldGroup {
  var probability = 0.5

  static let meaning = "An inner group"
  static var fields: [Field<Inner>] {
    [.float("probability", \.probability, .unit, "A share", .semantic)]
  }
  func issues() -> [FieldIssue] {
    probability == 1 ? [FieldIssue(["probability"], "too certain")] : []
  }
}

/// A group that counts how often its list of fields is made.
private struct Counted: FieldGroup {
  static let asked = Atomic<Int>(0)
  var count = 3

  static let meaning = "A group"
  static var fields: [Field<Counted>] {
    asked.add(1, ordering: .relaxed)
    return [.int("count", \.count, 0...9, "A number", .semantic)]
  }
}

private enum Color: String, FieldChoice {
  case red, blue
  var meaning: String { rawValue }
}

private struct Outer: FieldGroup {
  var count = 3
  var limit: Int?
  var color = Color.blue
  var names = ["a"]
  var inner = Inner()
  var extra: Inner?
  var parts: [String: Inner] = [:]

  static let meaning = "An outer group"
  static var fields: [Field<Outer>] {
    [
      .int("count", \.count, 1...9, "How many", .semantic, required: true),
      .int("limit", \.limit, 0...5, unit: .tokens, "A bound", .operational),
      .choice("color", \.color, "A colour", .semantic),
      .strings("names", \.names, count: 0...4, "Names", .semantic),
      .group("inner", \.inner, "Always there", .semantic),
      .group("extra", \.extra, "There when written", .semantic),
      .groups("parts", \.parts, keys: "part", "By name", .semantic),
    ]
  }
}

/// A group whose only fields are those of another.
private struct Holder: FieldGroup {
  var inner = Inner()

  static let meaning = "A group that holds another"
  static var fields: [Field<Holder>] {
    Inner.fields(in: \.inner, meanings: ["probability": "A share of the whole"])
  }
}

@Suite struct `A group of fields` {
  @Test func `is written beside the fields of one that holds it, in that one's words`() {
    #expect(Holder.descriptor.fields.map(\.name) == ["probability"])
    #expect(Holder.descriptor["probability"]?.meaning == "A share of the whole")
    #expect(Inner.descriptor["probability"]?.meaning == "A share")
    #expect(Holder(decoding: .map(["probability": .float(0.25)])).inner.probability == 0.25)
  }

  @Test(arguments: [([], true), ([3], true), ([3, 4], true), ([3, 3], false), ([4, 3], false)])
  func `may ask that a list ascends, each number once`(numbers: [Int], isRight: Bool) {
    let issues = FieldIssue.unlessAscending(numbers, at: "budgets")
    #expect(issues.isEmpty == isRight)
    #expect(issues.allSatisfy { $0.message == "budgets must ascend, each once" })
  }

  @Test func `makes its list of fields once, however often it is read`() {
    for number in 0..<9 {
      let group = Counted(decoding: .map(["count": .int(number)]))
      #expect(group.count == number)
      #expect(group.allIssues().isEmpty)
    }
    #expect(Counted.descriptor.fields.count == 1)
    #expect(Counted.asked.load(ordering: .relaxed) == 1)
  }

  @Test func `describes each property once, defaults included`() {
    let descriptor = Outer.descriptor
    #expect(
      descriptor.fields.map(\.name)
        == ["count", "limit", "color", "names", "inner", "extra", "parts"])
    #expect(descriptor["count"]?.isRequired == true)
    #expect(descriptor["limit"]?.defaultValue == .absent)
    #expect(descriptor["limit"]?.unit == .tokens)
    #expect(descriptor["color"]?.defaultValue == .string("blue"))
    #expect(descriptor["names"]?.defaultValue == .list([.string("a")]))
    #expect(descriptor["inner"]?.defaultValue == .map(["probability": .float(0.5)]))
    #expect(descriptor["extra"]?.defaultValue == .absent)
  }

  @Test func `decodes what is written and keeps the rest`() {
    let value = FieldValue.map([
      "count": .int(7), "limit": .absent, "color": .string("red"),
      "extra": .map(["probability": .int(1)]),
      "parts": .map(["left": .map(["probability": .float(0.25)])]),
    ])
    let outer = Outer(decoding: value)
    #expect(outer.count == 7)
    #expect(outer.limit == nil)
    #expect(outer.color == .red)
    #expect(outer.names == ["a"])
    #expect(outer.inner.probability == 0.5)
    #expect(outer.extra?.probability == 1)
    #expect(outer.parts["left"]?.probability == 0.25)
  }

  @Test func `gathers the issues of nested groups under their names`() {
    var outer = Outer()
    outer.inner.probability = 1
    outer.extra = Inner(decoding: .map(["probability": .float(1)]))
    outer.parts = ["b": Inner(), "a": Inner(decoding: .map(["probability": .float(1)]))]
    #expect(
      outer.allIssues().map(\.path) == [
        ["inner", "probability"], ["extra", "probability"], ["parts", "a", "probability"],
      ])
  }
}

@Suite struct `A range of numbers` {
  @Test(arguments: [
    (FloatRange.unit, 0.0, true), (.unit, 1.0, true), (.unit, 1.0001, false),
    (.positive, 0.0, false), (.positive, 1e-300, true), (.nonNegative, 0.0, true),
    (.finite, Double.infinity, false), (.finite, -1e308, true), (.unit, Double.nan, false),
  ])
  func `holds what lies inside`(range: FloatRange, value: Double, expected: Bool) {
    #expect(range.contains(value) == expected)
  }

  @Test func `says itself in words`() {
    #expect(FloatRange(0, 1, excludesLower: true).text == "above 0, at most 1")
    #expect(FloatRange.nonNegative.text == "at least 0")
    #expect(FloatRange.finite.text == "any finite number")
  }
}

@Suite struct `A field value` {
  @Test(arguments: [
    (FieldValue.float(0.1), "0.1"), (.float(2), "2"), (.int(-3), "-3"), (.absent, "none"),
    (.list([.int(1), .string("a")]), "[1, a]"),
    (.map(["b": .int(2), "a": .bool(true), "c": .absent]), "{a: true, b: 2}"),
  ])
  func `is written as people would`(value: FieldValue, text: String) {
    #expect(value.text == text)
  }

  @Test func `is reached by a path`() {
    let value = FieldValue.map(["a": .map(["b": .int(1)])])
    #expect(value[path: ["a", "b"]] == .int(1))
    #expect(value[path: ["a", "x"]] == .absent)
    #expect(value[path: ["a", "b", "c"]] == .absent)
  }
}
