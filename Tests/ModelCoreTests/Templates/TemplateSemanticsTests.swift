import Fields
import Foundation
import ModelCore
import Testing

/// Small templates, one construct each, against what jinja2 made of them; see
/// Reference/freeze_template_semantics.py.
@Suite struct TemplateSemanticsTests {
  struct Case: CustomTestStringConvertible {
    let group: String
    let template: String
    let expected: RenderedChat?

    var testDescription: String { "\(group): \(template)" }
  }

  /// The clock of the frozen texts.
  static let now = TemplateTime(year: 2025, month: 3, day: 7, hour: 14, minute: 5, second: 9)

  private static func file() throws -> JSONText {
    try JSONText(parsing: try referenceFile("template_semantics.json"))
  }

  private static func cases() throws -> [Case] {
    try #require(try file()["cases"]?.arrayValue).map { json in
      Case(
        group: try #require(json["group"]?.stringValue),
        template: try #require(json["template"]?.stringValue),
        expected: json["text"]?.stringValue.map {
          RenderedChat(text: $0, generated: json.ranges)
        })
    }
  }

  @Test func `every construct means what it means in jinja2`() throws {
    let variables = try Self.file().members("variables")
    let cases = try Self.cases()
    #expect(cases.count > 300)
    for example in cases {
      let rendered = try? ChatTemplate(example.template)
        .render(variables: variables, now: Self.now)
      #expect(rendered == example.expected, "\(example.testDescription)")
    }
  }

  @Test(arguments: [
    ("{% for x in [1, 2] %}{{ x }}{% with y = x %}{% break %}{% endwith %}.{% endfor %}", "1"),
    ("{% for x in [1, 2] %}{{ x }}{% with %}{% continue %}{% endwith %}.{% endfor %}", "12"),
    (
      "{% for x in [1, 2] %}{{ x }}{% for y in [] %}{% else %}{% break %}{% endfor %}.{% endfor %}",
      "1"
    ),
  ]) func `a break and a continue leave the blocks inside their loop`(
    template: String, text: String
  ) throws {
    #expect(try ChatTemplate(template).render([]).text == text)
  }
}

extension JSONText {
  /// The ranges in bytes under `generated`; none if there is no such member.
  var ranges: [Range<Int>] {
    (self["generated"]?.arrayValue ?? []).compactMap { pair in
      guard let bounds = pair.arrayValue, bounds.count == 2, let first = bounds[0].intValue,
        let last = bounds[1].intValue
      else { return nil }
      return first..<last
    }
  }

  /// The members of an object as values of a template.
  func members(_ name: String) throws -> [String: TemplateValue] {
    guard case .object(let members)? = self[name] else { return [:] }
    return Dictionary(members.map { ($0.0, TemplateValue($0.1)) }) { first, _ in first }
  }
}
