/// The content of a page of results, independent of the output format.
package struct Page: Sendable {
  package let title: String
  package var blocks: [Block]

  package init(title: String, _ blocks: [Block] = []) {
    self.title = title
    self.blocks = blocks
  }

  package enum Block: Sendable {
    /// A heading of level 2 or 3.
    case heading(Int, String)
    case text(String)
    /// A sentence that must not be overlooked.
    case warning(String)
    case table(ReportTable)
    /// An SVG picture with its file name, and the same for narrow pages if there is one.
    case picture(svg: String, narrow: String? = nil, name: String)
    case code(String)
    case response(ShownResponse)
    /// Details that most readers do not need, collapsed if the format allows it.
    case folded(String, [Block])
  }

  /// A response split into its parts.
  package struct ShownResponse: Sendable {
    package let heading: String
    package let prompt: String
    package let thinking: String
    package let answer: String
    /// A note where the response was cut off, such as `cut at 128 tokens`; nil if it was not.
    package var cut: String?
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
