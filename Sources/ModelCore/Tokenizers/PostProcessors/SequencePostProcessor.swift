/// Some post-processors, one after another.
struct SequencePostProcessor: PostProcessor {
  static let type = "Sequence"
  private let processors: [any PostProcessor]

  init(_ part: TokenizerPart) throws(ModelFileError) {
    var processors: [any PostProcessor] = []
    for part in try part.list("processors") { processors.append(try PostProcessors.read(part)) }
    self.processors = processors
  }

  func process(_ ids: [Int32], addsSpecial: Bool) -> [Int32] {
    processors.reduce(ids) { $1.process($0, addsSpecial: addsSpecial) }
  }
}
