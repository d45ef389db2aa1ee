/// Qwen3 (Yang et al. 2025, arXiv 2505.09388), which opens and ends thinking itself:
/// `<think>\n…\n</think>\n\n…`.
struct Qwen3: ChatFamily {
  let name = "qwen3"
  let meaning = "Qwen3's chat models, which think before </think>"

  let defaults = FormatConfiguration.thinking
  /// ChatML, and an empty thought where `enable_thinking` is false.
  let template: String? =
    ChatTemplates.chatML + """
      {%- if add_generation_prompt and enable_thinking is defined and not enable_thinking -%}
      {{ '<think>\\n\\n</think>\\n\\n' }}
      {%- endif -%}
      """
}
