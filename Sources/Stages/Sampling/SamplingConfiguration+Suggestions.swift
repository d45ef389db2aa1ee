import Fields
import Foundation
import ModelCore

extension SamplingConfiguration {
  /// The settings that a model's makers suggest for sampling and that differ from these, in a
  /// sentence beside these; nil if there are none. Nothing uses a suggestion.
  /// - Parameter path: the path of a model folder or a GGUF file.
  func remark(onModelAt path: String) -> String? {
    guard let model = try? ModelDescriptionCache.shared.description(of: path) else { return nil }
    let differences = differences(from: model.suggestions)
    guard !differences.isEmpty else { return nil }
    func listed(_ value: ((name: String, suggested: Double, own: Double)) -> Double) -> String {
      differences.map { "\($0.name) \(FieldValue.float(value($0)).text)" }
        .joined(separator: ", ")
    }
    return "the makers of \((path as NSString).lastPathComponent.quoted) suggest "
      + "\(listed { $0.suggested }); this stage samples with \(listed { $0.own })"
  }

  /// The suggested numbers that differ from ours, in the order of our fields.
  private func differences(
    from suggestions: [(name: String, value: String)]
  ) -> [(name: String, suggested: Double, own: Double)] {
    let fields = [
      ("temperature", temperature), ("top_p", topP), ("top_k", Double(topK)), ("min_p", minP),
      ("repetition_penalty", repetitionPenalty),
    ]
    return fields.compactMap { name, own in
      guard let text = suggestions.first(where: { $0.name == name })?.value,
        let suggested = Double(text), suggested.isFinite, suggested != own
      else { return nil }
      return (name, suggested, own)
    }
  }
}
