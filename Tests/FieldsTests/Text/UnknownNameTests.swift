import Fields
import Testing

struct UnknownNameTests {
  @Test func `the message lists the names that exist`() {
    let unknown = UnknownName("kind", "evl", among: ["rl", "eval"])
    #expect(unknown.message == "unknown kind 'evl'; expected one of rl, eval")
    #expect(unknown.suggestion == "did you mean 'eval'?")
    #expect(unknown.nearest == "eval")
  }

  @Test func `a word of before suggests today's, however near another is`() {
    let unknown = UnknownName("suite", "ladder2", among: ["ladder", "controlled_detours"])
    #expect(unknown.nearest == "controlled_detours")
    #expect(UnknownName("axis", "ladder2", among: ["ladder"]).nearest == "ladder")
    #expect(UnknownName("suite", "ladder3", among: ["ladder"]).nearest == "ladder")
  }

  @Test func `a single name needs no choice`() {
    #expect(
      UnknownName("role", "x", among: ["policy"]).message == "unknown role 'x'; expected policy")
  }

  @Test func `without names the message is the statement, and there is no help`() {
    let unknown = UnknownName("variable", "x", "in 'vars'", among: [])
    #expect(unknown.message == "unknown variable 'x' in 'vars'")
    #expect(unknown.sentence == unknown.message)
    #expect(unknown.help == nil)
  }

  @Test func `the help is the nearest name, or else all of them`() {
    #expect(UnknownName("stage", "rll", among: ["rl", "base"]).help == "did you mean 'rl'?")
    #expect(UnknownName("stage", "zzz", among: ["rl", "base"]).help == "expected one of rl, base")
  }

  @Test func `one sentence holds both where there is no help`() {
    #expect(
      UnknownName("stage", "rll", among: ["rl", "base"]).sentence
        == "unknown stage 'rll'; did you mean 'rl'?")
    #expect(
      UnknownName("stage", "zzz", among: ["rl", "base"]).sentence
        == "unknown stage 'zzz'; expected one of rl, base")
  }

  @Test func `a long list ends in a count`() {
    let names = (0..<UnknownName.listLimit + 3).map { "name\($0)" }
    let message = UnknownName("stage", "zzz", among: names).message
    #expect(message.hasSuffix("name\(UnknownName.listLimit - 1) and 3 more"))
  }

  @Test func `only names of at most 64 scalars get a suggestion`() {
    let name = String(repeating: "name", count: 16)
    #expect(UnknownName("stage", name.dropLast() + "f", among: [name]).nearest == name)
    #expect(UnknownName("stage", name + "f", among: [name]).nearest == nil)
    #expect(UnknownName("stage", name, among: [name + "f"]).nearest == nil)
    let long = String(repeating: "a", count: 1 << 20)
    #expect(
      UnknownName("stage", long + "b", among: [String](repeating: long, count: 9)).nearest == nil)
  }

  @Test func `hostile names are escaped and shortened`() {
    #expect(UnknownName("stage", "a\u{1B}b", among: []).statement == "unknown stage 'a\\u{1b}b'")
    let long = String(repeating: "a", count: 5000)
    #expect(UnknownName("stage", long, among: []).statement.count < 90)
  }

  @Test func `an issue of a field says what is unknown and helps`() {
    let issue = FieldIssue(["split"], UnknownName("split", "tset", among: ["train", "test"]))
    #expect(issue.message == "unknown split 'tset'")
    #expect(issue.help == "did you mean 'test'?")
  }
}
