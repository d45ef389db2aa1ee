import Fields

/// A chat template: how a conversation becomes the text that a model reads.
///
/// Models bring theirs as a text in the language of jinja2. The part of the language that chat
/// templates use is read here, and rendered as transformers does: the same bytes, with whatever is
/// not deterministic left to the caller. A template can reach nothing but its arguments, and ends
/// soon with an error if it would take long.
///
/// ```swift
/// let template = try ChatTemplate(text)
/// let chat = try template.render(
///   [ChatMessage(role: "user", content: "2 + 2?")], addGenerationPrompt: true,
///   extra: ["enable_thinking": false], bosToken: "<s>")
/// chat.text
/// ```
package struct ChatTemplate: Sendable {
  /// The template as written.
  package let text: String
  /// The name for messages, such as the file's.
  package let name: String
  package let limits: TemplateLimits
  /// True if the template marks what the assistant generated.
  package let marksGeneration: Bool
  private let source: [Unicode.Scalar]
  private let body: [TemplateStatement]

  /// - Throws: an error at the place where the text is not a template.
  package init(
    _ text: String, name: String = "chat_template", limits: TemplateLimits = TemplateLimits()
  ) throws(TemplateError) {
    self.text = text
    self.name = name
    self.limits = limits
    guard text.utf8.count <= limits.templateLength else {
      let fault = TemplateFault(
        .limit, "the template has more than \(limits.templateLength) bytes")
      throw TemplateError(fault, at: 0, in: [], template: name)
    }
    source = TemplateLexer.normalized(text)
    var lexer = TemplateLexer(source)
    let tokens: [TemplateToken]
    do {
      tokens = try lexer.tokenize()
    } catch {
      throw TemplateError(error, at: lexer.position, in: source, template: name)
    }
    var parser = TemplateParser(tokens, limits: limits)
    do {
      body = try parser.template()
    } catch {
      throw TemplateError(error, at: parser.current.position, in: source, template: name)
    }
    marksGeneration = tokens.contains { $0.kind == .name("endgeneration") }
  }

  /// - Parameters:
  ///   - tools: The tools as JSON schemas; nil means none, which templates tell from an empty list.
  ///   - addGenerationPrompt: True to end with the opening of the assistant's turn.
  ///   - extra: Further variables, such as `enable_thinking`. They replace those of the same name.
  ///   - bosToken: The text of the token that begins a sequence, which some templates write.
  ///   - eosToken: The text of the token that ends one.
  ///   - now: The time for `strftime_now`. Without it the function does not exist, and templates
  ///     that look for it print a fixed date or none.
  package func render(
    _ messages: [ChatMessage], tools: [TemplateValue]? = nil, addGenerationPrompt: Bool = false,
    extra: [String: TemplateValue] = [:], bosToken: String? = nil, eosToken: String? = nil,
    now: TemplateTime? = nil
  ) throws(TemplateError) -> RenderedChat {
    var variables: [String: TemplateValue] = [
      "messages": TemplateValue(messages.map(\.value)),
      "tools": tools.map { TemplateValue($0) } ?? .null, "documents": .null,
      "add_generation_prompt": .bool(addGenerationPrompt),
    ]
    if let bosToken { variables["bos_token"] = .string(bosToken) }
    if let eosToken { variables["eos_token"] = .string(eosToken) }
    variables.merge(extra) { _, given in given }
    return try render(variables: variables, now: now)
  }

  /// Renders with these variables and no others.
  package func render(
    variables: [String: TemplateValue], now: TemplateTime? = nil
  ) throws(TemplateError) -> RenderedChat {
    let rendering: Rendering
    do {
      rendering = try Rendering(variables: variables, now: now, limits: limits)
    } catch {
      throw TemplateError(error, at: 0, in: source, template: name)
    }
    do {
      _ = try rendering.run(body)
    } catch {
      throw TemplateError(error, at: rendering.position, in: source, template: name)
    }
    return RenderedChat(text: rendering.outputs[0], generated: rendering.generated)
  }
}

/// A conversation as text.
package struct RenderedChat: Sendable, Hashable {
  package let text: String
  /// The ranges that the assistant generated, in bytes of UTF-8, in the order of their ends: those
  /// inside `generation` blocks. Loss masks of training follow from them.
  package let generated: [Range<Int>]

  package init(text: String, generated: [Range<Int>] = []) {
    self.text = text
    self.generated = generated
  }
}
