/// Llama 3 (Grattafiori et al. 2024, arXiv 2407.21783), whose turns have headers.
struct Llama3: ChatFamily {
  let name = "llama3"
  let meaning = "Llama 3's chat models; responses are not divided"

  let defaults = FormatConfiguration.boxed
  let template: String? = """
    {{- bos_token -}}
    {%- for message in messages -%}
    {{ '<|start_header_id|>' + message.role + '<|end_header_id|>\\n\\n' }}
    {{- message.content + '<|eot_id|>' }}
    {%- endfor -%}
    {%- if add_generation_prompt -%}
    {{ '<|start_header_id|>assistant<|end_header_id|>\\n\\n' }}
    {%- endif -%}
    """
}
