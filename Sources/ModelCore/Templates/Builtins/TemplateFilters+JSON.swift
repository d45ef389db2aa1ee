extension TemplateFilters {
  /// `tojson` as transformers defines it, not jinja2: nothing is escaped for HTML.
  static let json: [ValueFunction] = [
    ValueFunction("tojson", ["ensure_ascii", "indent", "separators", "sort_keys"]) {
      (rendering, value, arguments) throws(TemplateFault) in
      var json = PythonJSON(rendering: rendering)
      json.isASCII = arguments.isTrue(0)
      json.sortsKeys = arguments.isTrue(3)
      if let indent = arguments[1], !indent.isNull {
        let width = try indent.text == nil ? arguments.integer(1, standard: 0) : 0
        guard width <= 64 else { throw .type("JSON is indented by at most 64 columns") }
        json.indent = indent.text ?? String(repeating: " ", count: max(0, width))
        json.itemSeparator = ","
      }
      if let separators = arguments[2], !separators.isNull {
        let parts = try rendering.elements(of: separators)
        guard parts.count == 2, let item = parts[0].text, let key = parts[1].text else {
          throw .type("the separators of JSON are two strings")
        }
        json.itemSeparator = item
        json.keySeparator = key
      }
      try json.write(value)
      return .string(json.text)
    }
  ]
}
