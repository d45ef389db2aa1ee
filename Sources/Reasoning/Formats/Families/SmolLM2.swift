/// SmolLM2 (Ben Allal et al. 2025, arXiv 2502.02737), which writes in ChatML.
struct SmolLM2: ChatFamily {
  let name = "smollm2"
  let meaning = "SmolLM2's chat models; responses are not divided"

  let defaults = FormatConfiguration.boxed
  let template: String? = ChatTemplates.chatML
}
