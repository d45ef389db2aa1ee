/// DeepSeek-R1 and the models distilled from it (Guo et al. 2025, arXiv 2501.12948), which think
/// after `<think>\n` until `</think>`. Newer templates open thinking in the prompt; for others it
/// is given.
struct DeepSeekR1: ChatFamily {
  let name = "deepseek_r1"
  let meaning = "DeepSeek-R1 and its distillations, which think before </think>"

  var defaults: FormatConfiguration {
    var fields = FormatConfiguration.thinking
    fields.beginThinking = "<think>\n"
    return fields
  }

  let template: String? = """
    {{- bos_token -}}
    {%- for message in messages -%}
    {%- if message.role == 'user' %}{{ '<｜User｜>' + message.content }}
    {%- elif message.role == 'assistant' -%}
    {{ '<｜Assistant｜>' + message.content + '<｜end▁of▁sentence｜>' }}
    {%- else %}{{ message.content }}{% endif -%}
    {%- endfor -%}
    {%- if add_generation_prompt %}{{ '<｜Assistant｜><think>\\n' }}{% endif -%}
    """
}
