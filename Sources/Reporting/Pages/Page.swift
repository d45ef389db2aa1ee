/// A page of results: what is on it, apart from how it is written.
package struct Page: Sendable {
  package let title: String
  package var blocks: [Block]

  package init(title: String, _ blocks: [Block] = []) {
    self.title = title
    self.blocks = blocks
  }

  package enum Block: Sendable {
    /// Level 2 or 3.
    case heading(Int, String)
    case text(String)
    /// A sentence that must not be overlooked.
    case warning(String)
    case table(ReportTable)
    /// An SVG picture, and what its file is called.
    case picture(svg: String, name: String)
    case code(String)
    case response(ShownResponse)
    /// What most readers need not see, folded away where that is possible.
    case folded(String, [Block])
  }

  /// A response with its parts told apart.
  package struct ShownResponse: Sendable {
    package let heading: String
    package let prompt: String
    package let thinking: String
    package let answer: String
    /// What stands where the response was cut off: `cut at 128 tokens`; nil of a whole one.
    package let cut: String?
    package let isCorrect: Bool

    package init(
      heading: String, prompt: String, thinking: String, answer: String, cut: String?,
      isCorrect: Bool
    ) {
      self.heading = heading
      self.prompt = prompt
      self.thinking = thinking
      self.answer = answer
      self.cut = cut
      self.isCorrect = isCorrect
    }
  }
}
