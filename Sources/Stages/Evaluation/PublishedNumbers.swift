package import Fields
import Foundation
package import PipelineCore

/// A file of numbers from a paper: facts with their place in the paper and how certain we are of
/// them.
package struct PublishedNumbers: FieldGroup {
  package var version = 1
  /// The publication: authors, title, venue.
  package var citation = ""
  package var url: String?
  package var tables: [String: Table] = [:]

  package init() {}
  package static let meaning = "Figures that a paper published"
  package static var fields: [Field<PublishedNumbers>] {
    [
      .int("version", \.version, 1...1, "Version of the file format", .semantic, required: true),
      .string(
        "citation", \.citation, "Authors, title and place", .semantic, required: true),
      .string("url", \.url, "The address of the paper", .semantic),
      .groups(
        "tables", \.tables, keys: "table", "The tables by name", .semantic, required: true),
    ]
  }

  package struct Table: FieldGroup {
    package var title = ""
    package var source = ""
    package var url: String?
    package var confidence = Confidence.low
    package var columns: [Column] = []
    package var rows: [Row] = []

    package init() {}
    package static let meaning = "One table"
    package static var fields: [Field<Table>] {
      [
        .string("title", \.title, "The heading of the table", .semantic, required: true),
        .string(
          "source", \.source, "The place of the figures, or the way they were read", .semantic,
          required: true),
        .string("url", \.url, "The address of the source, if it is not the paper", .semantic),
        .choice(
          "confidence", \.confidence, "Our confidence that these are the paper's figures",
          .semantic, required: true),
        list("columns", \.columns, 1...32, "The columns from left to right"),
        list("rows", \.rows, 1...256, "The rows from top to bottom"),
      ]
    }

    /// A list of groups.
    private static func list<Value: FieldGroup>(
      _ name: String, _ path: WritableKeyPath<Table, [Value]>, _ count: ClosedRange<Int>,
      _ meaning: String
    ) -> Field<Table> {
      Field(
        FieldDescriptor(
          name: name, type: .list(of: .group(Value.descriptor), count: count), defaultValue: nil,
          meaning: meaning, fieldClass: .semantic)
      ) { root, value in
        root[keyPath: path] = (value.listValue ?? []).map { Value(decoding: $0) }
      }
    }

    package func issues() -> [FieldIssue] {
      rows.enumerated().flatMap { index, row -> [FieldIssue] in
        guard row.values.count == columns.count else {
          return [
            FieldIssue(
              ["rows", String(index), "values"],
              "\(row.values.count) values do not match \(columns.count) columns")
          ]
        }
        return row.values.enumerated().filter { $0.element == .unreadable }.map { place, _ in
          FieldIssue(
            ["rows", String(index), "values", String(place)],
            "a published figure is a number, or n/a where there is none")
        }
      }
    }
  }

  package struct Column: FieldGroup {
    package var name = ""
    package var metric = ""
    package var unit = Unit.none

    package init() {}
    package static let meaning = "The content of a column"
    package static var fields: [Field<Column>] {
      [
        .string("name", \.name, "The problems, or what they are cut at", .semantic, required: true),
        .string(
          "metric", \.metric, "The metric: ours by its name, any other in words", .semantic,
          required: true),
        .choice("unit", \.unit, "The figures' unit", .semantic),
      ]
    }
  }

  package struct Row: FieldGroup {
    package var label = ""
    package var settings: [String: FieldValue] = [:]
    package var values: [Figure] = []

    package init() {}
    package static let meaning = "The figures of one method"
    package static var fields: [Field<Row>] {
      [
        .string(
          "label", \.label, "The method, as a pipeline labels it", .semantic, required: true),
        Field(
          FieldDescriptor(
            name: "at", type: .map(of: .scalar, keys: "setting"), defaultValue: .map([:]),
            meaning: "The settings, by the last part of a swept field's path",
            fieldClass: .semantic)
        ) { root, value in root.settings = value.mapValue ?? [:] },
        Field(
          FieldDescriptor(
            name: "values", type: .list(of: .scalar, count: 1...32), defaultValue: nil,
            meaning: "The figures, or n/a", fieldClass: .semantic)
        ) { root, value in
          root.values = (value.listValue ?? []).map { figure in
            figure.doubleValue.map { .number($0) }
              ?? (figure.stringValue == "n/a" ? .unknown : .unreadable)
          }
        },
      ]
    }
  }

  package enum Figure: Sendable, Hashable {
    case number(Double)
    /// The paper does not give the value.
    case unknown
    case unreadable
  }

  package enum Unit: String, FieldChoice {
    case percent, tokens, none

    package var meaning: String {
      switch self {
      case .percent: "hundredths, which tables show as a share of one"
      case .tokens: "tokens"
      case .none: "a plain number"
      }
    }
  }

  package enum Confidence: String, FieldChoice {
    case high, medium, low

    package var meaning: String {
      switch self {
      case .high: "read in the source, or in several that agree"
      case .medium: "read off a picture, or quoted by one other"
      case .low: "uncertain"
      }
    }
  }
}

// MARK: Reading

extension PublishedNumbers {
  /// The folder in which pipelines keep these files.
  static let folder = "published"

  /// Reads a file. Returns every mistake at its place, or the numbers if there is none.
  package static func read(
    _ file: SourceFile
  ) -> (numbers: PublishedNumbers?, mistakes: [Diagnostic]) {
    let (root, found) = YAMLComposer.compose(file)
    guard let root, !found.hasErrors else { return (nil, found) }
    var validator = Validator()
    let place = Validator.FieldPlace(path: [], node: root, root: descriptor)
    let value = validator.value(from: root, as: .group(descriptor), at: place)
    guard let value, !validator.diagnostics.hasErrors else {
      return (nil, found + validator.diagnostics)
    }
    let numbers = PublishedNumbers(decoding: value)
    for issue in numbers.allIssues() {
      validator.report(issue.message, at: root.place(of: issue.path) ?? root, help: issue.help)
    }
    let mistakes = found + validator.diagnostics
    return (mistakes.hasErrors ? nil : numbers, mistakes)
  }

  /// The file and table of a field of the form FILE/TABLE; nil for any other form.
  package static func parts(of name: String) -> (file: String, table: String)? {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, parts.allSatisfy(\.isMapKey) else { return nil }
    return (parts[0], parts[1])
  }

  /// The table that a field names, from the file that the stage was given for it.
  /// - Throws: `StageFailure` if the file changed after the pipeline was read.
  package static func table(
    _ name: String, in artifact: any ArtifactReader
  ) throws -> (numbers: PublishedNumbers, table: Table) {
    guard let (file, table) = parts(of: name), let path = artifact.files.first else {
      throw StageFailure("'\(name)' names no published table")
    }
    let source = try SourceFile(name: file + ".yaml", bytes: artifact.read(path))
    guard let numbers = read(source).numbers, let found = numbers.tables[table] else {
      throw StageFailure("'\(file)' has no readable table '\(table)'")
    }
    return (numbers, found)
  }
}

extension NamedFile {
  /// The file that a field with a published table needs, with a check that the table is in it.
  package static func published(_ name: String, role: String, field: [String]) -> NamedFile? {
    guard let (file, table) = PublishedNumbers.parts(of: name) else { return nil }
    return NamedFile(
      role: role, field: field, folder: PublishedNumbers.folder, name: file
    ) { source in
      let (numbers, mistakes) = PublishedNumbers.read(source)
      guard let numbers, numbers.tables[table] == nil else { return ([], mistakes) }
      let names = numbers.tables.keys.sorted()
      let issue = FieldIssue(
        field, "'\(file)' has no table '\(table)'",
        help: UnknownName("table", table, among: names).help)
      return ([issue], mistakes)
    }
  }
}
