/// An error in a file of a model folder or a checkpoint.
package struct ModelFileError: Error, Hashable, CustomStringConvertible {
  package enum Problem: Hashable, Sendable {
    /// The file does not exist in the folder.
    case absent
    /// The file is shorter than its header says.
    case truncated(expected: Int, found: Int)
    /// A stated size is larger than any valid file needs.
    case tooLarge(String)
    /// The JSON, or a value in it, does not fit the format.
    case malformed(String)
    case unsupported(String)
    case missingTensor(String)
    case unexpectedTensor(String)
    case wrongShape(tensor: String, expected: [Int], found: [Int])
  }

  /// The file's name as given by the caller.
  package var file: String
  package var problem: Problem

  package init(_ file: String, _ problem: Problem) {
    self.file = file
    self.problem = problem
  }

  package var description: String {
    problem == .absent ? "file '\(file)' does not exist" : "\(file): \(problem.sentence)"
  }

  /// The message for a file in a folder with a name.
  package func sentence(folder: String) -> String {
    problem == .absent
      ? "folder '\(folder)' has no file '\(file)'" : "folder '\(folder)': \(self)"
  }
}

extension ModelFileError.Problem {
  fileprivate var sentence: String {
    switch self {
    case .absent: "the file is missing"
    case .truncated(let expected, let found):
      "the file is cut short: \(expected) bytes are needed, \(found) are there"
    case .tooLarge(let what): what
    case .malformed(let what): what
    case .unsupported(let what): what
    case .missingTensor(let name): "tensor '\(name)' is missing"
    case .unexpectedTensor(let name): "tensor '\(name)' does not belong to this model"
    case .wrongShape(let name, let expected, let found):
      "tensor '\(name)' has shape \(found), the model needs \(expected)"
    }
  }
}
