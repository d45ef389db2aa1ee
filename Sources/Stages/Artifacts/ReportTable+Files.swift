import Foundation
import PipelineCore
import Reporting

extension ReportTable {
  /// Writes the files of a stage whose result is a table: terminal text, Markdown, CSV and JSON.
  func write(to folder: any FolderWriter) throws {
    try folder.write(Data(terminal(width: 80).utf8), to: "table.txt")
    try folder.write(Data(markdown().utf8), to: "table.md")
    try folder.write(Data(csv().utf8), to: "table.csv")
    try folder.write(Data(json().utf8), to: "table.json")
  }
}
