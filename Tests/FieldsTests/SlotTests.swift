import Fields
import Testing

private protocol Shape: Alternative {
  var area: Double { get }
}

private struct Square: Shape {
  static let name = "square"
  static let meaning = "Equal sides"
  static let ownFieldsHelp: String? = "only a square has sides of one length"
  var side = 1.0
  var scale: Double?
  var area: Double { side * side * (scale ?? 1) }
  static var fields: [Field<Square>] {
    [
      .float("side", \.side, .positive, "The length of a side", .semantic, required: true),
      .float("scale", \.scale, .positive, "What the area is multiplied by", .semantic),
    ]
  }
}

private struct Disc: Shape {
  static let name = "disc"
  static let meaning = "Round"
  var radius = 2.0
  var scale: Double?
  var area: Double { 3 * radius * radius * (scale ?? 1) }
  static var fields: [Field<Disc>] {
    [
      .float("scale", \.scale, .positive, "What the area is multiplied by", .semantic),
      .float("radius", \.radius, .positive, "From the centre to the edge", .semantic),
    ]
  }
}

private struct Point: Shape {
  static let name = "point"
  static let meaning = "Without sides"
  var area: Double { 0 }
}

private struct Drawing: FieldGroup {
  var shape = Slot<any Shape>(Disc())

  private static let shapes: [any Alternative.Type] = [Square.self, Disc.self, Point.self]

  static let meaning = "A drawing"
  static var fields: [Field<Drawing>] {
    [.slot("shape", \.shape, of: shapes, "What is drawn", .semantic)]
      + Slot.fields(at: \.shape, of: shapes, choice: "shape")
  }
}

@Suite struct `A slot` {
  @Test func `lists its choice and then the fields of all alternatives, each once`() {
    #expect(Drawing.descriptor.fields.map(\.name) == ["shape", "side", "scale", "radius"])
    #expect(Drawing.descriptor["shape"]?.defaultValue == .string("disc"))
    #expect(
      Drawing.descriptor["shape"]?.type
        == .choice([
          Choice("square", "Equal sides"), Choice("disc", "Round"),
          Choice("point", "Without sides"),
        ]))
    #expect(Drawing.descriptor["side"]?.isRequired == true)
  }

  @Test func `gives the chosen alternative its fields, the shared one included`() {
    let square = Drawing(
      decoding: .map(["shape": .string("square"), "side": .float(3), "scale": .float(2)]))
    #expect(square.shape.chosen is Square && square.shape.chosen.area == 18)
    let disc = Drawing(decoding: .map(["scale": .float(2)]))
    #expect(disc.shape.chosen is Disc && disc.shape.chosen.area == 24)
    #expect(square.shape.idleFields.isEmpty && disc.shape.idleFields.isEmpty)
  }

  @Test func `reports a field of another alternative, unless it must be written or says nothing`() {
    let square = Drawing(decoding: .map(["shape": .string("square"), "radius": .float(5)]))
    #expect(
      square.shape.idleFields == [
        FieldIssue(["radius"], "radius has no effect with shape 'square'")
      ])
    let point = Drawing(decoding: .map(["shape": .string("point"), "scale": .float(5)]))
    #expect(
      point.shape.idleFields == [
        FieldIssue(
          ["scale"], "scale has no effect with shape 'point'",
          help: "it has one with shape 'square' or 'disc'")
      ])
    #expect(Drawing(decoding: .map(["side": .float(5)])).shape.idleFields.isEmpty)
    #expect(
      Drawing(decoding: .map(["shape": .string("square"), "radius": .float(2)])).shape.idleFields
        .isEmpty)
  }
}
