import Fields
import PipelineCore
import Testing

/// Tests of `<<: *a`.
@Suite struct MergeKeyTests {
  private func lines(_ marked: String) -> [String] { MarkedYAML(marked).composerLines }
  private func json(_ text: String) throws -> String { try composed(text).json.compact }

  @Test func `own fields win wherever they stand, then the earlier of the maps`() throws {
    #expect(
      try json(
        """
        a: &a {x: 1, y: {p: 1}}
        b: &b {x: 2, z: 2}
        one: {w: 0, <<: *a, v: 9}
        two: {y: {q: 3}, <<: [*b, *a], z: null}
        three: {"<<": 3}
        """)
        == #"{"a":{"x":1,"y":{"p":1}},"b":{"x":2,"z":2},"#
        + #""one":{"w":0,"x":1,"y":{"p":1},"v":9},"two":{"y":{"q":3},"x":2,"z":null},"#
        + #""three":{"<<":3}}"#)
  }

  @Test func `a field that was taken over is placed where it was written`() throws {
    let file = SourceFile(name: "f", text: "a: &a {x: 1}\nb:\n  <<: *a\n  y: 2\n")
    let x = try #require(YAMLComposer.compose(file).root?["b"]?.value["x"])
    #expect(x.key.range == SourceRange(line: 1, column: 8, length: 1))
    #expect(x.value.notes.map(\.range) == [SourceRange(line: 3, column: 7, length: 2)])
    #expect(x.key.notes.map(\.message) == ["'*a' is used here"])
  }

  @Test func `only maps are merged`() {
    let help = "(write <<: *NAME, or <<: [*NAME, *NAME], of which earlier ones win)"
    #expect(
      lines(
        """
        a: &a ①5
        b: {<<: ②*a}
        c: {<<: ③text}
        d: {<<: [{x: 1}, ④[{y: 2}]]}
        e: {⑤<<: }
        f: {<<: ⑥[]}
        g: {<<: ⑦"${vars.x}"}
        h: {⑧<<: {x: 1}, ⑨<<: {y: 1}}
        i: {<<: ⑩*unknown, k: 1}
        """) == [
          "② '<<' merges maps, but this is '5' \(help)", "① note: the value is written here",
          "③ '<<' merges maps, but this is 'text' \(help)",
          "④ '<<' merges maps, but this is a list \(help)",
          "⑤ '<<' merges maps, but this is nothing \(help)",
          "⑥ '<<' merges maps, but this is an empty list \(help)",
          "⑦ '<<' merges maps, but this is '${vars.x}' "
            + "(put &NAME before the map, and write <<: *NAME: a variable's value comes later)",
          "⑨ duplicate key '<<' (write one, with a list: <<: [*NAME, *NAME])",
          "⑧ note: first given here",
          "⑩ unknown alias '*unknown' "
            + "(an alias repeats a value further up in the same text, which begins with &unknown)",
        ])
  }
}
