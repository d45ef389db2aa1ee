import Foundation
import ModelCore
import Testing

/// Templates come with models from strangers: none may crash, hang or fill the memory.
@Suite struct HostileTemplateTests {
  /// Limits that are reached at once, whatever the build.
  private static let small: TemplateLimits = {
    var limits = TemplateLimits()
    limits.steps = 20_000
    limits.textBytes = 1 << 20
    limits.longestText = 1 << 16
    return limits
  }()

  /// The names and values of this many parameters.
  private static func parameters(_ count: Int) -> String {
    (0..<count).map { "a\($0)=1" }.joined(separator: ",")
  }

  /// A list of two lists that are one, and so on, sixty deep.
  private static let doubled =
    "{% set n = namespace(s=[1]) %}{% for i in range(60) %}{% set n.s = [n.s, n.s] %}{% endfor %}"

  /// A tuple of sixteen tuples that are one, and so on, seven deep.
  private static let shared =
    "{% set n = namespace(s=1) %}{% for i in range(7) %}"
    + "{% set s = n.s %}{% set n.s = (s,s,s,s,s,s,s,s,s,s,s,s,s,s,s,s) %}{% endfor %}"

  private static func kind(
    _ template: String, limits: TemplateLimits = small
  ) -> TemplateError.Kind? {
    do {
      _ = try ChatTemplate(template, limits: limits).render([])
      return nil
    } catch {
      return error.kind
    }
  }

  @Test(arguments: [
    "{% for a in range(90000) %}{% for b in range(90000) %}{% endfor %}{% endfor %}",
    "{% set n = namespace(s='ab') %}{% for i in range(99) %}{% set n.s = n.s + n.s %}{% endfor %}",
    "{% set n = namespace(s='ab') %}{% for i in range(99) %}{% set n.s = n.s ~ n.s %}{% endfor %}",
    "{% set n = namespace(s=[1]) %}{% for i in range(99) %}{% set n.s = n.s + n.s %}{% endfor %}",
    "{% set n = namespace(s=[1]) %}{% for i in range(999) %}{% set n.s = [n.s] %}{% endfor %}",
    "{% set n = namespace(s=1) %}{% for i in range(999) %}{% set n.s = {'a': n.s} %}{% endfor %}",
    doubled + "{{ n.s }}", doubled + "{{ n.s | tojson }}",
    doubled + "{% set m = n.s %}" + doubled + "{{ n.s == m }}",
    "{% set n = namespace() %}{% set n.n = n %}{{ n }}",
    "{% set n = namespace(s=[1]) %}{% for i in range(999) %}{% set n.s = [n.s.copy] %}{% endfor %}",
    "{% macro f(" + parameters(200) + ") %}{% endmacro %}"
      + "{% for i in range(3) %}{{ f(" + parameters(200) + ") }}{% endfor %}",
    "{{ 'a' * 9223372036854775807 }}", "{{ [1] * 9223372036854775807 }}", "{{ 'ab' * 99999999 }}",
    "{{ range(100001) }}", "{{ range(-9223372036854775807, 9223372036854775807) }}",
    "{{ ('a' * 60000) | replace('', 'b' * 60000) }}", "{{ (['a'] * 5000) | join('b' * 60000) }}",
    "{{ ('\\n' * 21000) | indent(0) }}", "{{ ('a\\n' * 30000).splitlines() | length }}",
    "{{ ('a ' * 30000).split() | length }}", "{{ ('a,' * 30000).rsplit(',') | length }}",
    "{{ [[1, 2], [3, 4]] | sort(attribute='0,' * 15000) | length }}",
    "{{ [[1, 2], [3, 4]] | map(attribute='0.' * 21000) | list | length }}",
    "{{ [[1], [2]] | tojson(indent='a' * 60000) | length }}",
    shared + "{{ {n.s: 1} | length }}",
    "{% for i in range(99) %}{% set x = " + String(repeating: "a", count: 60_000)
      + " %}{% endfor %}",
    "{% for i in range(99) %}{% set " + String(repeating: "a", count: 60_000)
      + " = 1 %}{% endfor %}",
    "{% set a = 'a' * 60000 %}{% set m = {a: 1} %}"
      + "{% for i in range(99) %}{% set x = m[a] %}{% endfor %}",
    "{% set a = 'a' * 60000 %}{% set m = namespace(**{a: 1}) %}"
      + "{% for i in range(99) %}{% set x = m[a] %}{% endfor %}",
    "{{ 'a' | indent(99999999, true) }}", "{{ [1] | batch(9223372036854775807, 'x') | list }}",
    "{% for i in range(99) %}{{ 'a' | indent(-1000000) }}{{ 'a' * 60000 }}{% endfor %}",
    "{{ (['a'] * 900) | map('replace', 'a', 'b' * 9000) | list }}",
    "{% for x in range(9999) %}{{ 'a' * 60000 }}{% endfor %}",
    "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
    "{% macro f(x) %}{{ g(x) }}{% endmacro %}{% macro g(x) %}{{ f(x) }}{% endmacro %}{{ f(1) }}",
    "{% macro f() %}{% call f() %}{% endcall %}{{ caller }}{% endmacro %}"
      + "{% call f() %}{% endcall %}",
    "{% macro f(x=f()) %}{% endmacro %}{{ f() }}",
  ]) func `a template that would grow ends at a limit`(template: String) {
    #expect(Self.kind(template) == .limit)
  }

  @Test(arguments: [
    "{{ " + String(repeating: "(", count: 9_999) + "1" + String(repeating: ")", count: 9_999)
      + " }}",
    "{{ " + String(repeating: "[", count: 9_999) + String(repeating: "]", count: 9_999) + " }}",
    "{{ " + String(repeating: "- ", count: 9_999) + "1 }}",
    "{{ " + String(repeating: "{1:", count: 9_999) + "1" + String(repeating: "}", count: 9_999)
      + " }}",
    "{{ " + String(repeating: "a[", count: 9_999) + "1" + String(repeating: "]", count: 9_999)
      + " }}",
    "{{ " + String(repeating: "1 if 1 else ", count: 9_999) + "1 }}",
    "{{ 1" + String(repeating: " if 1", count: 9_999) + " }}",
    "{{ " + String(repeating: "f(", count: 9_999) + String(repeating: ")", count: 9_999) + " }}",
    String(repeating: "{% if 1 %}", count: 9_999) + String(repeating: "{% endif %}", count: 9_999),
    String(repeating: "{% for x in y %}", count: 9_999),
    "{% for " + String(repeating: "(", count: 9_999) + "x" + String(repeating: ")", count: 9_999)
      + " in y %}",
    "{% macro f(" + String(repeating: "a=f(", count: 9_999) + String(repeating: ")", count: 9_999)
      + ") %}",
  ]) func `nesting without end is refused before it is deep`(template: String) {
    #expect(Self.kind(template) == .limit)
  }

  @Test func `a macro and a call have a thousand parameters at most`() {
    #expect(Self.kind("{% macro f(\(Self.parameters(1000))) %}{% endmacro %}") == nil)
    #expect(Self.kind("{% macro f(\(Self.parameters(1001))) %}{% endmacro %}") == .limit)
    #expect(Self.kind("{{ dict(\(Self.parameters(1001))) }}") == .limit)
    let members = (0...1000).map { "'a\($0)': 1" }.joined(separator: ",")
    #expect(Self.kind("{{ dict(**{\(members)}) is mapping }}") == .limit)
  }

  @Test func `the length of a template is that of its bytes`() {
    var limits = Self.small
    limits.templateLength = 8
    #expect(Self.kind("éééé", limits: limits) == nil)
    #expect(Self.kind("ééééa", limits: limits) == .limit)
  }

  @Test func `showing a namespace in deep lists is bounded`() {
    var limits = Self.small
    limits.depth = 60
    func nested(_ value: String) -> String {
      String(repeating: "[", count: 40) + value + String(repeating: "]", count: 40)
    }
    let template =
      "{% set n = namespace(s=1) %}{% set n.s = \(nested("1")) %}"
      + "{% set m = namespace(s=1) %}{% set m.s = \(nested("n")) %}"
    #expect(Self.kind(template + "{{ n }}", limits: limits) == nil)
    #expect(Self.kind(template + "{{ m }}", limits: limits) == .limit)
  }

  @Test(arguments: [
    "{{ ([part] * 2000) | join(',') | length }}", "{{ ','.join([part] * 2000) | length }}",
  ]) func `joining pays for each part once`(template: String) throws {
    let part = TemplateValue.string(String(repeating: "a", count: 30))
    let joined = try ChatTemplate(template, limits: Self.small).render(variables: ["part": part])
    #expect(joined.text == "61999")
  }

  @Test func `long chains are not deep`() throws {
    let terms = String(repeating: " + 1", count: 3_000)
    #expect(try ChatTemplate("{{ 0\(terms) }}").render([]).text == "3000")
    let links = String(repeating: ".strip()", count: 3_000)
    #expect(try ChatTemplate("{{ 'a'\(links) }}").render([]).text == "a")
    let filters = String(repeating: " | trim", count: 3_000)
    #expect(try ChatTemplate("{{ 'a'\(filters) }}").render([]).text == "a")
    let choices = String(repeating: "{% elif false %}", count: 3_000)
    #expect(
      try ChatTemplate("{% if false %}\(choices){% else %}b{% endif %}").render([]).text == "b")
    let nots = String(repeating: "not ", count: 3_001)
    #expect(try ChatTemplate("{{ \(nots)1 }}").render([]).text == "False")
    let operands = String(repeating: "0 or ", count: 3_000)
    #expect(try ChatTemplate("{{ \(operands)'c' }}").render([]).text == "c")
  }

  @Test func `searching takes time that grows with the text, not its square`() throws {
    // A search that starts anew at every letter would compare 10^11 of them.
    let template = "{% set a = 'a' * 4000000 %}{{ ('a' * 2000000 ~ 'b') in a }}"
    #expect(try ChatTemplate(template).render([]).text == "False")
  }

  @Test(arguments: [
    "{{ ''.__class__.__mro__ }}", "{{ messages.__class__.__init__ }}", "{{ range.__globals__.x }}",
    "{{ ''['__class__']['__base__'] }}",
    "{{ messages | map(attribute='__class__.x') | list ~ [].__class__.x }}",
    "{{ namespace.__init__.__globals__ }}", "{{ (namespace() | string).__doc__.x }}",
    "{{ [].append(1) }}", "{{ {}.update({}) }}", "{{ [1].pop() }}", "{{ ''.format(1) }}",
  ]) func `nothing but methods without effects can be reached`(template: String) {
    let kind = Self.kind(template)
    #expect(kind == .undefined || kind == .type)
  }

  @Test(arguments: [
    ("{{ 'a' | indent(-9223372036854775807) }}", "a"),
    ("{{ -9223372036854775807 % 3 }}", "2"), ("{{ 9223372036854775807 % -2 }}", "-1"),
    ("{{ (-9223372036854775807 - 1) % -1 }}", "0"),
    ("{{ -9223372036854775807 is divisibleby 3 }}", "False"),
    ("{{ 2 ** -9223372036854775807 }}", nil),
  ]) func `numbers as large as an integer can be are calculated with or refused`(
    template: String, text: String?
  ) {
    #expect((try? ChatTemplate(template).render([]).text) == text)
  }

  @Test func `any bytes and any cut of a template end in a text or an error`() throws {
    let templates = try ["thinking", "headers", "typed_tools", "distilled"].map {
      Array(
        String(decoding: try referenceFile("templates/\($0).jinja"), as: UTF8.self).unicodeScalars)
    }
    var random = Numbers(state: 20_261_130)
    let marks = Array("{%}#'\"|()[]-+~.,:= \n\\0é".unicodeScalars)
    for template in templates {
      for cut in stride(from: 0, to: template.count, by: 37) {
        _ = Self.kind(String(String.UnicodeScalarView(template[..<cut])))
      }
      for _ in 0..<100 {
        var changed = template
        for _ in 0..<3 {
          let place = Int.random(in: 0..<changed.count, using: &random)
          switch Int.random(in: 0..<3, using: &random) {
          case 0: changed.remove(at: place)
          case 1: changed.insert(marks.randomElement(using: &random) ?? "{", at: place)
          default: changed[place] = marks.randomElement(using: &random) ?? "{"
          }
        }
        _ = Self.kind(String(String.UnicodeScalarView(changed)))
      }
    }
  }

  @Test func `the deepest nesting fits a thread's small stack`() async throws {
    let nested =
      String(repeating: "{% if 1 %}", count: 20) + "{{ " + String(repeating: "[", count: 24)
      + String(repeating: "]", count: 24) + " }}" + String(repeating: "{% endif %}", count: 20)
    let macro =
      "{% macro f(n) %}{% if 1 %}{% for x in [1] %}{{ [[[[f(n + 1)]]]] }}{% endfor %}{% endif %}"
      + "{% endmacro %}{{ f(0) }}"
    let kinds = await withCheckedContinuation { continuation in
      let thread = Thread {
        continuation.resume(returning: [nested, macro].map { Self.kind($0) })
      }
      thread.stackSize = 512 << 10
      thread.start()
    }
    #expect(kinds == [nil, .limit])
  }
}

/// Numbers that look random and are the same in every run (splitmix64).
private struct Numbers: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
