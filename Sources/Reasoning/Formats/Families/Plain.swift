/// A base model, or one fine-tuned without a template: it continues the user's text.
struct Plain: ChatFamily {
  let name = "plain"
  let meaning = "the user's text alone, without a chat template, for base models"
  let usesCheckpointTemplate = false

  var defaults: FormatConfiguration {
    var fields = FormatConfiguration()
    fields.answer = [BoxedAnswer().name, LastNumber().name]
    fields.answerText = "{answer}"
    fields.closing = "\n"
    fields.bridge = "\n\nFinal answer: "
    return fields
  }
}
