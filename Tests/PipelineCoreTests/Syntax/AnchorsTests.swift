import Fields
import PipelineCore
import TestSupport
import Testing

/// Tests of `&a` and `*a`.
@Suite struct AnchorsTests {
  private func lines(_ marked: String) -> [String] { MarkedYAML(marked).composerLines }
  private func json(_ text: String) throws -> String { try composed(text).json.compact }

  @Test func `an alias is the value that was written`() throws {
    #expect(
      try json(
        """
        number: &n 1
        text: &t "1"
        nothing: &e
        list: &l [*n, *t]
        map: &m
          inner: *l
          *t : *e
        again: *m
        """)
        == #"{"number":1,"text":"1","nothing":null,"list":[1,"1"],"#
        + #""map":{"inner":[1,"1"],"1":null},"again":{"inner":[1,"1"],"1":null}}"#)
  }

  @Test func `a value is placed where it is written, without its anchor`() throws {
    let file = SourceFile(
      name: "f",
      text: "a: &x 12\nb: &y {c: 'd'}\ne: &z 'f'\ng: &v\n  h: 1\ni: [*x, *y, *z, *v]\n")
    let root = try #require(YAMLComposer.compose(file).root)
    let used = try #require(root["i"]?.value.elements)
    #expect(used[0].range == SourceRange(line: 1, column: 7, length: 2))
    #expect(used[1].range == SourceRange(line: 2, column: 7, length: 8))
    #expect(used[2].range == SourceRange(line: 3, column: 7, length: 3))
    #expect(used[3].range == SourceRange(line: 5, column: 3))
    for (written, alias) in zip(["a", "b", "e", "g"], used) {
      let entry = try #require(root[written])
      #expect(entry.value.range == alias.range)
      #expect(entry.value.notes.isEmpty)
      #expect(alias.notes.count == 1)
    }
    #expect(used[1]["c"]?.value.notes.map(\.message) == ["'*y' is used here"])
    #expect(used[1]["c"]?.value.notes.map(\.range) == [SourceRange(line: 6, column: 9, length: 2)])
  }

  @Test func `mistakes with anchors are shown where they are`() {
    #expect(
      lines(
        """
        a: &first [1]
        b: ①*frist
        c: ②*other
        d: ③&first 2
        e: &loop {f: [④*loop]}
        g: ⑤*later
        h: &later 1
        """.replacing("&first [1]", with: "⑥&first [1]")) == [
          "① unknown alias '*frist' (did you mean '*first'?)",
          "② unknown alias '*other' "
            + "(an alias repeats a value further up in the same text, which begins with &other)",
          "③ duplicate anchor '&first'", "⑥ note: first given here",
          "④ '*loop' stands inside the value that it stands for",
          "⑤ unknown alias '*later' "
            + "(an alias repeats a value further up in the same text, which begins with &later)",
        ])
  }

  @Test func `a billion laughs are refused in no time`() {
    var laughs = "a0: &a0 [lol]\n"
    for level in 1...9 {
      let nine = Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ")
      laughs += "a\(level): &a\(level) [\(nine)]\n"
    }
    let long = "a: &a '\(String(repeating: "x", count: 200_000))'\nb: [*a, *a, *a]\n"
    var deep = "a0: &a0 [1]\n"
    for level in 1...70 { deep += "a\(level): &a\(level) [*a\(level - 1)]\n" }
    let expected: [(text: String, message: String, line: Int)] = [
      (laughs, "the aliases make more than 512 KiB of values", 6),
      (long, "the aliases make more than 512 KiB of values", 2),
      (deep, "maps and lists nest deeper than 64 levels", 64),
    ]
    for (text, message, line) in expected {
      let took = processorSeconds {
        let found = YAMLComposer.compose(SourceFile(name: "laughs", text: text)).diagnostics
        #expect(found.map(\.message) == [message])
        #expect(found.map(\.range.line) == [line])
        #expect(found.map(\.range.isEmpty) == [false])
      }
      #expect(took < 1)
    }
  }

  @Test func `an alias counts as all that it stands for`() {
    let list = "[" + String(repeating: "1, ", count: 9_990) + "]"
    let two = SourceFile(name: "f", text: "a: &a \(list)\nb: *a\n")
    #expect(YAMLComposer.compose(two).diagnostics.isEmpty)
    let four = SourceFile(name: "f", text: "a: &a \(list)\nb: *a\nc: *a\nd: *a\n")
    #expect(
      YAMLComposer.compose(four).diagnostics.map(\.help) == [
        "an alias counts as all that it stands for"
      ])
  }

  @Test func `what an alias repeats of a refused value is not reported again`() {
    let found = lines("a: ①!!str &x 1\nb: *x\nc: &y [②*no]\nd: *y\n")
    #expect(found.map(\.first) == ["①", "②"])
  }
}
