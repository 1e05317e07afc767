import Glibc

/// The shell script that owns a test cluster, and the socket to its standard input and output.
struct Supervisor {
  private let script: Int32

  /// Starts the script, which makes the cluster; its first answer is the cluster's folder.
  init(port: Int) throws {
    var ends: [Int32] = [0, 0]
    // Closed on exec: a child of the test process must not keep the script waiting.
    let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    guard socketpair(AF_UNIX, type, 0, &ends) == 0 else {
      throw TestClusterError("no socket: errno \(errno)")
    }
    defer { Glibc.close(ends[1]) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDIN_FILENO)
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // Ctrl-C goes to the terminal's process group: the script must outlive it to clean up.
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))

    // PostgreSQL refuses to run as root.
    let asPostgres = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "--"]
    let words =
      (geteuid() == 0 ? asPostgres : []) + ["/bin/sh", "-c", Self.text, "sh", String(port)]
    var arguments = words.map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    var process: pid_t = 0
    let status = posix_spawnp(&process, words[0], &actions, &attributes, &arguments, environ)
    script = ends[0]
    guard status == 0 else {
      Glibc.close(script)
      throw TestClusterError("cannot start \(words[0]): error \(status)")
    }
  }

  /// Sends a line and waits until the script has done it.
  func command(_ line: String) throws {
    let bytes = Array((line + "\n").utf8)
    guard send(script, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else {
      throw TestClusterError("the cluster's script has ended")
    }
    let answer = try answer()
    if answer != "done" { throw TestClusterError("\(line): \(answer)") }
  }

  /// The next line that the script writes.
  func answer() throws -> String {
    var line: [UInt8] = []
    var byte: UInt8 = 0
    while read(script, &byte, 1) == 1 {
      if byte == UInt8(ascii: "\n") { return String(decoding: line, as: UTF8.self) }
      line.append(byte)
    }
    throw TestClusterError(
      "the cluster's script has ended: \(String(decoding: line, as: UTF8.self))"
    )
  }

  func close() {
    Glibc.close(script)
  }

  private static let text = #"""
    set -eu
    umask 077
    cd /
    bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
    [ -z "$bin" ] || PATH=$bin:$PATH
    folder=$(mktemp -d "${TMPDIR:-/tmp}/apus-test.XXXXXX")
    clean() {
      pg_ctl -D "$folder/data" -m immediate -w stop >/dev/null 2>&1 || :
      rm -rf "$folder"
    }
    trap clean EXIT
    trap 'exit 1' HUP INT TERM
    initdb -D "$folder/data" --username=postgres --auth=trust --encoding=UTF8 \
      --locale=C.UTF-8 --no-sync --no-instructions >"$folder/initdb.log" 2>&1 ||
      { tail -n 1 "$folder/initdb.log"; exit 1; }
    cat >>"$folder/data/postgresql.conf" <<END
    listen_addresses = '127.0.0.1'
    port = $1
    unix_socket_directories = '$folder'
    max_connections = 1000
    fsync = off
    synchronous_commit = off
    full_page_writes = off
    wal_level = logical
    shared_buffers = 64MB
    END
    echo "$folder"
    while read -r command argument; do
      case $command in
        start)
          # pg_ctl tries the socket as whoever runs it: name the role.
          if PGUSER=postgres pg_ctl -D "$folder/data" -l "$folder/server.log" -t 30 -w start \
            </dev/null >/dev/null 2>&1
          then echo done
          else tail -n 1 "$folder/server.log"
          fi ;;
        stop)
          if pg_ctl -D "$folder/data" -m "$argument" -t 30 -w stop </dev/null >/dev/null 2>&1
          then echo done
          else echo "pg_ctl stop failed"
          fi ;;
      esac
    done
    """#
}

/// Why there is no cluster to test against.
package struct TestClusterError: Error, CustomStringConvertible {
  package let description: String

  init(_ description: String) {
    self.description = description
  }
}
