/// Qwen2.5 (Yang et al. 2024, arXiv 2412.15115), which writes in ChatML and does not mark thinking.
struct Qwen2_5: ChatFamily {
  let name = "qwen2.5"
  let meaning = "Qwen2.5's chat models; responses are not divided"

  let defaults = FormatConfiguration.boxed
  let template: String? = ChatTemplates.chatML
}
