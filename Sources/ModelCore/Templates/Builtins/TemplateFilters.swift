/// The filters of templates. A new one is an entry in one of the lists of this folder.
enum TemplateFilters {
  static let all = ValueFunction.byName(
    Array([text, json, numbers, sequences, maps, selections].joined()))
}
