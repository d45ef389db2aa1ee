import LivePage
import Testing

struct CurveTests {
  private func curve(_ lines: [String]) -> Curve {
    var curve = Curve()
    for line in lines {
      let isPoint = curve.add(Array(line.utf8))
      #expect(isPoint, "\(line)")
    }
    return curve
  }

  @Test func `a log's figures are points, under the names of the log`() {
    let curve = curve([#"{"step":1,"loss":2.5}"#, #"{"step":2,"loss":2,"kl":0.5}"#])
    #expect(curve.abscissa == "step")
    #expect(curve.names == ["loss", "kl"])
    #expect(curve.points == [[1, 2.5], [2, 2, 0.5]])
    #expect(curve.last == [2, 2, 0.5])
  }

  @Test func `a log of any length takes a bounded number of points, which are means`() {
    let curve = curve((1...5000).map { #"{"problems":\#($0),"accuracy":\#($0)}"# })
    #expect(curve.abscissa == "problems")
    #expect((256...512).contains(curve.points.count))
    #expect(curve.rowsPerPoint == 16)
    // Rows 1 to 16.
    #expect(curve.points[0] == [16, 8.5])
    #expect(curve.last == [5000, 5000])
  }

  @Test func `a figure that some rows lack is the mean of those that have it`() {
    let lines = (1...512).map { step in
      step.isMultiple(of: 4)
        ? #"{"step":\#(step),"loss":1,"eval":\#(step)}"# : #"{"step":\#(step),"loss":1}"#
    }
    let curve = curve(lines)
    #expect(curve.rowsPerPoint == 2)
    #expect(curve.points.prefix(2) == [[2, 1], [4, 1, 4]])
  }

  @Test(arguments: [
    "", "step 1", "[1]", #"{"step":"one"}"#, #"{"loss"#, "{}", #"{"step":1,"loss":"#,
    String(repeating: "[", count: 100_000),
  ])
  func `a line without figures is no point`(line: String) {
    var curve = Curve()
    let isPoint = curve.add(Array(line.utf8))
    #expect(!isPoint)
    #expect(curve.points.isEmpty)
  }

  @Test func `names beyond the limit, and values that are no numbers, are left out`() {
    let many = (0..<100).map { #""name\#($0)":\#($0)"# }.joined(separator: ",")
    let curve = curve([#"{"step":1,"note":"text","bad":null,\#(many)}"#])
    #expect(curve.names.count == 64)
    #expect(!curve.names.contains("note"))
    #expect(!curve.names.contains("bad"))
  }
}
