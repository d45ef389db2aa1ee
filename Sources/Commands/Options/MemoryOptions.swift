import ArgumentParser
import Fields
import Stages

/// The option `--memory`, for the commands that compare estimates with what there is.
struct MemoryOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The memory for all stages that run at once; otherwise the machine's, or its container's.",
      valueName: "size"),
    transform: { text in
      guard let size = ByteSize(text) else {
        throw ValidationError(
          "'\(text)' is not a size: write a number above 0 and its unit, as in 500M or 8G")
      }
      return size
    })
  var memory: ByteSize?

  var bytes: Int { memory?.bytes ?? Int(clamping: MachineMemory.size) }
}
