import Fields
import Foundation
import PipelineCore
import Testing

@Suite struct PipelineSchemaTests {
  private func schema() throws -> [String: Any] {
    let text = PipelineSchema.json(PlanningKinds.all)
    let value = try JSONSerialization.jsonObject(with: Data(text.utf8))
    return try #require(value as? [String: Any])
  }

  private func at(_ value: Any, _ path: String...) -> Any? {
    path.reduce(value as Any?) { ($0 as? [String: Any])?[$1] }
  }

  @Test func `the schema is JSON with a definition for each kind`() throws {
    let schema = try schema()
    #expect(
      at(schema, "$schema") as? String == "https://json-schema.org/draft/2020-12/schema")
    let definitions = try #require(at(schema, "$defs") as? [String: Any])
    let kinds = ["eval", "problems", "rl", "sft", "table"].flatMap {
      ["stage.\($0)", "stage.\($0).partial"]
    }
    #expect(
      definitions.keys.sorted() == (["source", "stage", "stage.partial"] + kinds).sorted())
  }

  @Test func `names, seeds and stages are held to what loading asks`() throws {
    let properties = try #require(at(schema(), "properties"))
    let slug = "^[a-z][a-z0-9_-]{0,63}$"
    #expect((at(properties, "name", "pattern") as? String)?.hasPrefix(slug) ?? false)
    // Null removes a name from an extended file; without a file to extend it is refused.
    #expect(at(properties, "name", "type") as? [String] == ["string", "null"])
    let stages = try #require(at(schema(), "else", "properties", "stages"))
    #expect(at(stages, "propertyNames", "pattern") as? String == slug)
    #expect(at(stages, "minProperties") as? Int == 1)
    #expect(at(properties, "seeds", "uniqueItems") as? Bool == true)
    #expect(at(properties, "seeds", "items", "minimum") as? Int == 0)
  }

  @Test func `fields carry type, range, default and meaning`() throws {
    let rl = try #require(at(schema(), "$defs", "stage.rl") as? [String: Any])
    let steps = at(rl, "properties", "train", "properties", "max_steps")
    #expect(at(steps as Any, "type") as? [String] == ["integer", "string"])
    #expect(at(steps as Any, "minimum") as? Int == 1)
    #expect(at(steps as Any, "default") as? Int == 100)
    #expect(at(steps as Any, "description") as? String == "Optimizer steps (steps)")
    let topP = at(rl, "properties", "sampling", "properties", "top_p")
    #expect(at(topP as Any, "exclusiveMinimum") as? Double == 0)
    #expect(at(topP as Any, "maximum") as? Double == 1)
    let topK = at(rl, "properties", "sampling", "properties", "top_k", "type") as? [String]
    #expect(topK == ["integer", "string", "null"])
    #expect(at(rl, "additionalProperties") as? Bool == false)
    #expect(at(rl, "required") as? [String] == ["kind", "inputs", "train"])
    let mode = at(rl, "properties", "loss_agg_mode", "anyOf") as? [[String: Any]]
    #expect(mode?.first?["enum"] as? [String] == ["token-mean", "seq-mean-token-mean"])
    #expect(mode?.last?["pattern"] as? String == "(^|[^$])\\$\\{vars\\.")
    let presets = at(rl, "properties", "preset", "anyOf") as? [[String: Any]]
    let names = presets?.first?["enum"] as? [Any]
    #expect(names?.compactMap { $0 as? String } == ["clip_high", "linear"])
    #expect(names?.count == 3 && names?.last is NSNull)
  }

  @Test func `the text of every kind fits eighty columns`() {
    for kind in PlanningKinds.all.all {
      let text = PipelineSchema.text(kind)
      #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 })
    }
    #expect(
      PipelineSchema.text(PlanningKinds.table) == """
        table: A kind for tests

        Makes table.

        Inputs
          inputs.results               labels to stages: responses
              What to tabulate
          inputs.note                  problems, optional
              Printed below

        Fields
          columns                      list of from 1 to 20 text; default [accuracy]
              What to show

        """)
    let rl = PipelineSchema.text(PlanningKinds.rl)
    #expect(rl.contains("  train.learning_rate          number, above 0; required\n"))
    #expect(
      rl.contains("  train.max_steps              whole number, from 1 to 1000000, steps;"))
  }

  @Test func `the page of Markdown has a row for every field, and shows marks as they are`() {
    var kind = PlanningKinds.table
    kind.meaning = "Writes <b>NNN</b> | or *more*"
    let page = PipelineSchema.markdown(StageKinds([kind]))
    #expect(
      page.hasSuffix(
        """
        ## table

        Writes &lt;b>NNN&lt;/b> \\| or \\*more\\*. Makes `table`.

        | input | takes | meaning |
        |---|---|---|
        | `results` | labels to stages: `responses` | What to tabulate |
        | `note` | `problems`, optional | Printed below |

        | field | type | default | meaning |
        |---|---|---|---|
        | `columns` | list of from 1 to 20 text | \\[accuracy\\] | What to show |

        """))
    #expect(page.contains("| `stages.STAGE.threads` | whole number, from 1 to 4096 | optional |"))
  }

  @Test func `long meanings are wrapped`() {
    var kind = PlanningKinds.table
    kind.meaning = String(repeating: "word ", count: 60) + "end"
    let lines = PipelineSchema.text(kind).split(separator: "\n")
    #expect(lines.allSatisfy { $0.count <= 80 })
    #expect(PipelineSchema.text(StageKinds([kind])).split(separator: "\n").count > 3)
  }
}
