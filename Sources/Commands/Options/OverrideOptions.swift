import ArgumentParser

/// The option `--set`, for every command that reads a pipeline.
struct OverrideOptions: ParsableArguments {
  @Option(
    name: .customLong("set"), parsing: .singleValue,
    help: ArgumentHelp(
      "Override a field: STAGE.field.field=VALUE, checked as the file is. May be repeated.",
      valueName: "path=value"))
  var all: [String] = []
}
