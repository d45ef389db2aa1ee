package import ModelCore

/// A family of models that talk: the texts that its models write, which a pipeline may replace, and
/// a template for checkpoints that bring none. A new family is one file and one line in
/// `ResponseFormats`.
package protocol ChatFamily: NamedFormat {
  /// The fields of the family; those that are not set have the defaults of `ChatTexts`.
  var defaults: FormatConfiguration { get }
  /// The chat template, in Jinja, of checkpoints without one; nil for the user's text alone.
  var template: String? { get }
  /// True if a checkpoint's own chat template is used.
  var usesCheckpointTemplate: Bool { get }
}

extension ChatFamily {
  package var template: String? { nil }
  package var usesCheckpointTemplate: Bool { true }

  package func format(
    _ configuration: FormatConfiguration
  ) throws(FormatError) -> any ResponseFormat {
    let path = configuration.model
    guard !path.isEmpty else {
      throw FormatError(
        "model",
        "response_format \(name) needs 'model': the folder or GGUF file whose tokenizer, chat "
          + "template and end tokens are used",
        help: "write 'model: PATH' under response_format")
    }
    guard CheckpointFiles.exists(path) else {
      throw FormatError("model", "'\(path)' does not exist")
    }
    guard CheckpointFiles.isGGUF(path) || CheckpointFiles.isFolder(path) else {
      throw FormatError("model", "'\(path)' is neither a model folder nor a GGUF file")
    }
    let checkpoint: CheckpointText
    do {
      checkpoint = try FormatCache.checkpoint(path)
    } catch {
      throw FormatError(
        "model",
        CheckpointFiles.isGGUF(path) ? error.description : error.sentence(folder: path))
    }
    return try format(configuration, checkpoint)
  }

  /// Makes the format of a checkpoint whose files are read.
  package func format(
    _ configuration: FormatConfiguration, _ checkpoint: CheckpointText
  ) throws(FormatError) -> any ResponseFormat {
    do {
      return try made(configuration, checkpoint)
    } catch {
      // A template that the pipeline does not write is the model's.
      throw configuration.chatTemplate == nil
        ? error.moved(from: "chat_template", to: "model") : error
    }
  }

  private func made(
    _ configuration: FormatConfiguration, _ checkpoint: CheckpointText
  ) throws(FormatError) -> any ResponseFormat {
    let template = try chatTemplate(configuration, checkpoint)
    var texts = try ChatTexts(configuration, defaults: defaults)
    if try ChatRenderer(template, checkpoint: checkpoint, texts: texts).endsThinking() {
      var undivided = configuration
      undivided.endThinking = ""
      texts = try ChatTexts(undivided, defaults: defaults)
    }
    return try ChatFormat(
      name: name, meaning: meaning, texts: texts, template: template, checkpoint: checkpoint)
  }

  private func chatTemplate(
    _ configuration: FormatConfiguration, _ checkpoint: CheckpointText
  ) throws(FormatError) -> ChatTemplate? {
    let own = usesCheckpointTemplate ? checkpoint.chatTemplate : nil
    let (text, source) =
      configuration.chatTemplate.map { ($0, "chat_template") } ?? own
      ?? (template ?? "", "chat_template")
    guard !text.isEmpty else { return nil }
    do {
      return try ChatTemplate(text, name: source)
    } catch {
      throw FormatError("chat_template", error.inOneLine, help: error.help)
    }
  }
}

extension TemplateError {
  /// The error in one line, with its place.
  var inOneLine: String { "\(template):\(line):\(column): \(message)" }
}

/// Fields that several families have in common.
extension FormatConfiguration {
  /// The fields of models that write final answers in a box, as their makers' prompts for problems
  /// of mathematics ask for it.
  static var boxed: FormatConfiguration {
    var fields = FormatConfiguration()
    fields.answer = [BoxedAnswer().name, LastNumber().name]
    fields.answerText = "\\boxed{{answer}}"
    return fields
  }

  /// The fields of models that think before `</think>`.
  static var thinking: FormatConfiguration {
    var fields = boxed
    fields.endThinking = "</think>"
    fields.closing = "\n</think>\n\n"
    return fields
  }
}

/// Templates of single turns, for checkpoints that bring none.
enum ChatTemplates {
  /// ChatML, as OpenAI described it and Qwen's and SmolLM's models use it.
  static let chatML = """
    {%- for message in messages -%}
    {{ '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>\\n' }}
    {%- endfor -%}
    {%- if add_generation_prompt -%}
    {{ '<|im_start|>assistant\\n' }}
    {%- endif -%}
    """
}
