import PipelineCore
import Testing

@Suite struct CoreScalarTests {
  @Test(
    arguments: [
      ("", .null), ("~", .null), ("null", .null), ("Null", .null), ("NULL", .null),
      ("nULL", .string("nULL")), ("none", .string("none")),
      ("true", .bool(true)), ("True", .bool(true)), ("FALSE", .bool(false)),
      ("tRue", .string("tRue")), ("yes", .string("yes")), ("no", .string("no")),
      ("on", .string("on")), ("y", .string("y")),
      ("0", .int(0)), ("-0", .int(0)), ("+12", .int(12)), ("-7", .int(-7)), ("010", .int(10)),
      ("0o17", .int(15)), ("0x1F", .int(31)), ("0o8", .string("0o8")), ("0xg", .string("0xg")),
      ("0x", .string("0x")), ("0o", .string("0o")), ("-0x1", .string("-0x1")),
      ("0x１", .string("0x１")), ("0b1", .string("0b1")), ("1_000", .string("1_000")),
      ("12:30", .string("12:30")), ("1,5", .string("1,5")),
      ("9223372036854775807", .int(.max)), ("-9223372036854775808", .int(.min)),
      ("9223372036854775808", .hugeInt(9_223_372_036_854_775_808)),
      ("0x10000000000000000", .hugeInt(18_446_744_073_709_551_616)),
      ("1e-6", .float(1e-6)), ("1E6", .float(1e6)), ("1e+3", .float(1000)), ("1e3", .float(1000)),
      (".5", .float(0.5)), ("1.", .float(1)), ("-.5e1", .float(-5)), ("2e-3", .float(0.002)),
      ("1e", .string("1e")), ("e3", .string("e3")), (".", .string(".")), ("-", .string("-")),
      ("1.2.3", .string("1.2.3")), ("+-1", .string("+-1")), ("- 1", .string("- 1")),
      (".inf", .float(.infinity)), ("-.INF", .float(-.infinity)), ("inf", .string("inf")),
      ("1e999", .float(.infinity)), ("nan", .string("nan")), ("0x1p3", .string("0x1p3")),
    ] as [(String, CoreScalar)])
  func `a plain scalar means what YAML 1.2's core schema says`(text: String, meaning: CoreScalar) {
    #expect(CoreScalar(text, isPlain: true) == meaning)
  }

  @Test(arguments: ["1", "true", "null", "", "1e-6"])
  func `a quoted scalar is text`(text: String) {
    #expect(CoreScalar(text, isPlain: false) == .string(text))
  }

  @Test func `not-a-number is recognised`() {
    guard case .float(let number) = CoreScalar(".nan", isPlain: true) else {
      Issue.record("'.nan' is not a float")
      return
    }
    #expect(number.isNaN)
  }
}
