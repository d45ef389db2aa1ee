import ModelCore
import Testing

/// The messages of templates that are wrong, or refuse what they are given.
@Suite struct TemplateErrorTests {
  private static func error(
    _ template: String, _ variables: [String: TemplateValue] = [:]
  ) -> TemplateError? {
    do {
      _ = try ChatTemplate(template, name: "chat.jinja").render(variables: variables)
      return nil
    } catch {
      return error
    }
  }

  @Test func `an error has its place, the line and a caret`() throws {
    let error = try #require(Self.error("a\n  {% if x = 1 %}\nb"))
    #expect(
      error.description == """
        chat.jinja:2:11: expected '%}', found '='
         2 |   {% if x = 1 %}
           |           ^
        """)
    #expect(error.kind == .syntax && error.line == 2 && error.column == 11)
  }

  @Test func `of a long line the part around the place is shown`() throws {
    let error = try #require(
      Self.error(
        String(repeating: "é", count: 200) + "{{ 1 + 'a' }}" + String(repeating: "z", count: 99)))
    #expect(
      error.description == """
        chat.jinja:1:206: '+' does not fit an integer and a string
         1 | …\(String(repeating: "é", count: 45)){{ 1 + 'a' }}\(String(repeating: "z", count: 32))…
           | \(String(repeating: " ", count: 51))^
        help: '~' joins values of any type as text
        """)
  }

  @Test func `a template that raises gives its own words`() throws {
    let error = try #require(
      Self.error("{{ raise_exception('Only ' ~ roles | join(', ')) }}", ["roles": ["a", "b"]]))
    #expect(error.kind == .raised && error.message == "Only a, b")
  }

  @Test(arguments: [
    ("{{ a.b.c }}", "a mapping has no member 'b'", 7),
    ("{{ nothing.x }}", "'nothing' is undefined", 11),
    (
      "{{ (1 if false) + 1 }}",
      "the condition of an 'if' without 'else' was false, so the value is undefined", 17
    ),
    ("{{ [1][3] + 1 }}", "a list has no element 3", 11),
    ("{{ a | trimm }}", "unknown filter 'trimm'", 8),
    ("{{ a is strin }}", "unknown test 'strin'", 9),
    ("{{ 'a' | trim(charz=1) }}", "unknown argument 'charz' of the filter 'trim'", 10),
    ("{{ 'a' | trim(1, 2) }}", "the filter 'trim' takes at most 1 argument(s), and is given 2", 10),
    (
      "{{ 'a'.split(1) }}", "the argument 'sep' of the method 'split' is a string, not an integer",
      13
    ),
    ("{{ a.update(1) }}", "'update' would change a mapping, which templates may not do", 12),
    ("{{ a.keys | tojson }}", "a method cannot be written as JSON", 13),
    ("{{ none | length }}", "none has no length", 11),
    ("{% for x in none %}{% endfor %}", "none cannot be iterated over", 4),
    (
      "{% set a.b = 1 %}", "'a' is not a namespace, and nothing else has members that can be set", 4
    ),
    ("{% for a, b in [[1]] %}{% endfor %}", "expected 2 values to unpack, found 1", 4),
    (
      "{% macro f(x) %}{% endmacro %}{{ f(1, 2) }}", "the macro 'f' takes at most 1 argument(s)", 35
    ),
  ]) func `a fault names what is wrong and where`(template: String, message: String, column: Int)
    throws
  {
    let error = try #require(Self.error(template, ["a": [:]]))
    #expect(error.message == message)
    #expect(error.column == column)
  }

  @Test(arguments: [
    ("{% if a %}", "the template ends inside 'if'", "end it with '{% endif %}'"),
    ("{% fro x in y %}", "unknown tag 'fro'", "did you mean 'for'?"),
    ("{{ 'abc }}", "the string that begins here has no end", "end it with '"),
    ("{# abc", "the comment that begins here has no end", "end it with '#}'"),
    ("{{ (1", "the tag that begins here has no end", "end it with '}}'; ')' is still open"),
    ("{% include 'x' %}", "the tag 'include' is not part of chat templates", nil),
    ("{% for x in y %}{% endif %}", "unexpected 'endif'; the innermost open tag is 'for'", nil),
    ("{% break %}", "'break' stands outside a loop", nil),
    (
      "{% for x in [1] %}{% generation %}{% break %}{% endgeneration %}{% endfor %}",
      "'break' cannot leave the 'generation' around it", nil
    ),
    (
      "{% for x in [1] %}{% set y %}{% continue %}{% endset %}{% endfor %}",
      "'continue' cannot leave the 'set' around it", nil
    ),
    ("{{ }}", "expected an expression, found '}}'", nil),
    ("{{ 99999999999999999999 }}", "this number has more than 64 bits", nil),
    (
      "{{ '\\ud83d' }}", "expected 4 hexadecimal digits of a Unicode scalar after the backslash",
      nil
    ),
  ]) func `a text that cannot be read says what is missing`(
    template: String, message: String, help: String?
  ) throws {
    let error = try #require(Self.error(template))
    #expect(error.kind == .syntax)
    #expect(error.message == message)
    #expect(error.help == help)
  }

  @Test func `a generation block has no place inside captured text`() throws {
    let error = try #require(
      Self.error("{% set x %}{% generation %}a{% endgeneration %}{% endset %}"))
    #expect(error.message.hasPrefix("a 'generation' block inside a macro or a captured block"))
  }
}
