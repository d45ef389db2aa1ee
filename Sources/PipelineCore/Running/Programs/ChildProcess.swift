import CSpawn
import Foundation

/// A running program in its own process group; its output is read through a pipe. Used by one
/// thread.
///
/// It is started by `posix_spawn`, which sets the group, the folder, the signals and the open files
/// of the new process in one step. Foundation's `Process` guarantees only the folder.
package final class ChildProcess {
  package enum Ending: Sendable, Hashable {
    case exited(Int32)
    case signalled(Int32)
  }

  package struct Failure: Error, CustomStringConvertible {
    package let description: String
  }

  /// The most bytes read from the pipe before the process is checked again.
  private static let mostAtOnce = 1 << 20

  private let id: pid_t
  /// -1 when no more output can arrive.
  private var output: Int32
  private var ending: Ending?

  /// - Parameters:
  ///   - path: the absolute path of the program.
  ///   - arguments: the arguments after its name.
  ///   - environment: the whole environment, as `NAME=value`.
  ///   - folder: the program's working directory.
  ///   - outlivesInterrupt: true if the second interrupt, which ends this process, spares it.
  /// - Throws: `Failure` if the program cannot be started.
  package init(
    _ path: String, arguments: [String], environment: [String], folder: String,
    outlivesInterrupt: Bool = false
  ) throws {
    var pipe: [Int32] = [-1, -1]
    guard Self.open(&pipe) else { throw Self.failure(path, errno) }
    defer { close(pipe[1]) }
    output = pipe[0]

    var actions = SpawnActions()
    defer { posix_spawn_file_actions_destroy(&actions.value) }
    posix_spawn_file_actions_addopen(&actions.value, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions.value, pipe[1], 1)
    posix_spawn_file_actions_adddup2(&actions.value, pipe[1], 2)
    #if canImport(Darwin)
      posix_spawn_file_actions_addchdir_np(&actions.value, folder)
    #else
      spawn_in_folder(&actions.value, folder)
    #endif

    var attributes = SpawnAttributes()
    defer { posix_spawnattr_destroy(&attributes.value) }
    var flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
    #if canImport(Darwin)
      flags |= POSIX_SPAWN_CLOEXEC_DEFAULT
    #else
      // Laconic's locks must not stay held by a program that outlives it.
      spawn_closing_from(&actions.value, 3)
    #endif
    posix_spawnattr_setflags(&attributes.value, Int16(flags))
    posix_spawnattr_setpgroup(&attributes.value, 0)
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes.value, &signals)
    // Signals that Laconic ignores or catches have their default effect in the program.
    for signal in [SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGTERM, SIGCHLD, SIGXFSZ] {
      sigaddset(&signals, signal)
    }
    posix_spawnattr_setsigdefault(&attributes.value, &signals)

    var id: pid_t = 0
    let code = Self.withCStrings([path] + arguments) { arguments in
      Self.withCStrings(environment) { environment in
        posix_spawn(&id, path, &actions.value, &attributes.value, arguments, environment)
      }
    }
    self.id = id
    guard code == 0 else {
      close(output)
      output = -1
      ending = .exited(127)
      throw Self.failure(path, code)
    }
    if !outlivesInterrupt { ProgramGroups.add(id) }
  }

  deinit {
    if ending == nil {
      kill(-id, SIGKILL)
      var status: Int32 = 0
      while waitpid(id, &status, 0) < 0, errno == EINTR {}
      ProgramGroups.remove(id)
    }
    if output >= 0 { close(output) }
  }

  /// Waits a short time for output or for the end of the program.
  /// - Parameter receive: called with the printed bytes.
  /// - Returns: how the program ended; nil while it runs. Processes it started and left behind are
  ///   killed with it.
  package func wait(seconds: Double, _ receive: (UnsafeRawBufferPointer) -> Void) -> Ending? {
    if let ending { return ending }
    if output >= 0 {
      var descriptor = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
      if poll(&descriptor, 1, Int32(seconds * 1000)) > 0 { drain(receive) }
    } else {
      Thread.sleep(forTimeInterval: min(seconds, 0.02))
    }
    var status: Int32 = 0
    guard waitpid(id, &status, WNOHANG) == id else { return nil }
    kill(-id, SIGKILL)
    ProgramGroups.remove(id)
    drain(receive)
    let signal = status & 0x7F
    ending = signal == 0 ? .exited((status >> 8) & 0xFF) : .signalled(signal)
    return ending
  }

  /// Asks the program and its group to end, and kills them if they still run after `grace` seconds.
  package func end(grace: Double, _ receive: (UnsafeRawBufferPointer) -> Void) {
    guard ending == nil else { return }
    kill(-id, SIGTERM)
    kill(-id, SIGCONT)
    let deadline = ContinuousClock.now + .seconds(grace)
    while wait(seconds: 0.05, receive) == nil {
      if ContinuousClock.now >= deadline { kill(-id, SIGKILL) }
    }
  }

  /// The bytes of memory held by the program and its group; nil if the system does not report it.
  package var residentMemory: Int? {
    let group = ProcessTable.entries().filter { $0.group == id }
    return group.isEmpty ? nil : group.reduce(0) { $0 + $1.residentBytes }
  }

  private func drain(_ receive: (UnsafeRawBufferPointer) -> Void) {
    var taken = 0
    withUnsafeTemporaryAllocation(byteCount: 1 << 16, alignment: 16) { buffer in
      while output >= 0, taken < Self.mostAtOnce {
        let count = read(output, buffer.baseAddress, buffer.count)
        if count > 0 {
          receive(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
          taken += count
        } else if count == 0 || (errno != EINTR && errno != EAGAIN) {
          close(output)
          output = -1
        } else if errno == EAGAIN {
          return
        }
      }
    }
  }

  private static func open(_ ends: inout [Int32]) -> Bool {
    guard pipe(&ends) == 0 else { return false }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0
  }

  private static func failure(_ path: String, _ code: Int32) -> Failure {
    let reason =
      switch code {
      case ENOENT: "no such file, or the interpreter in its first line does not exist"
      case ENOEXEC: "not executable: a script must start with a line such as #!/bin/sh"
      default: words(ofCode: code)
      }
    return Failure(description: "the program '\(path)' cannot be started: \(reason)")
  }

  private static func withCStrings<Result>(
    _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
  ) -> Result {
    let copies = strings.map { strdup($0) }
    defer { for copy in copies { free(copy) } }
    return body(copies + [nil])
  }
}

#if canImport(Darwin)
  private struct SpawnActions {
    var value: posix_spawn_file_actions_t?
    init() { posix_spawn_file_actions_init(&value) }
  }
  private struct SpawnAttributes {
    var value: posix_spawnattr_t?
    init() { posix_spawnattr_init(&value) }
  }
#else
  private struct SpawnActions {
    var value = posix_spawn_file_actions_t()
    init() { posix_spawn_file_actions_init(&value) }
  }
  private struct SpawnAttributes {
    var value = posix_spawnattr_t()
    init() { posix_spawnattr_init(&value) }
  }
#endif
