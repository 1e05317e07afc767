"""A throw-away stack for benchmarks and black-box tests: a private PostgreSQL, one `apus serve`.

    with Stack(binary=".build/release/apus") as s:
        s.sql("create table t (id int primary key)")
        s.track("public", "t")
        s.graphql("{ t { id } }")

Only the standard library. Everything lives in one temporary folder and ends with the `with` block.
As root, PostgreSQL runs as the user `postgres`, since it refuses to run as root.
"""

import glob
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

ADMIN_SECRET = "bench-admin-secret"


def postgres_programs():
    """The folder of the newest PostgreSQL's programs."""
    found = glob.glob("/usr/lib/postgresql/*/bin")
    if not found:
        raise SystemExit("PostgreSQL is not installed (apt-get install postgresql)")
    return max(found, key=lambda path: int(path.split("/")[4]))


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Stack:
    """`environment` and `arguments` go to the server, `settings` to PostgreSQL."""

    def __init__(self, binary=".build/release/apus", environment=None, arguments=(), settings=(),
                 serve=True, admin_secret=ADMIN_SECRET):
        self.binary = os.path.abspath(binary)
        self.environment = dict(environment or {})
        self.arguments = list(arguments)
        self.settings = ["fsync=off", "shared_buffers=512MB", "wal_level=logical", *settings]
        self.serve = serve
        self.admin_secret = admin_secret
        self.server = None

    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix="apus-stack-")
        self.postgres_port = free_port()
        self.port = free_port()
        self.endpoint = f"http://127.0.0.1:{self.port}"
        self.database_url = f"postgresql://postgres@127.0.0.1:{self.postgres_port}/postgres"
        try:
            self.make_cluster()
            self.start_postgres()
            if self.serve:
                self.start_server()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.stop_server()
        self.stop_postgres("immediate")
        shutil.rmtree(self.folder, ignore_errors=True)

    # -- PostgreSQL

    def run_as_postgres(self, program, *arguments, **options):
        command = [f"{postgres_programs()}/{program}", *arguments]
        if os.geteuid() == 0:
            command = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", *command]
        return subprocess.run(command, stdout=subprocess.DEVNULL, cwd="/", **options)

    def make_cluster(self):
        data = self.folder + "/pg"
        os.chmod(self.folder, 0o755)
        os.mkdir(data, 0o700)
        if os.geteuid() == 0:
            shutil.chown(data, "postgres", "postgres")
            shutil.chown(self.folder, "postgres", "postgres")
        self.run_as_postgres("initdb", "-D", data, "-A", "trust", "-U", "postgres", "-E", "UTF8",
                             "--locale=C.UTF-8", "--no-sync", check=True)

    def start_postgres(self):
        options = [f"-p {self.postgres_port}", f"-k {self.folder}", "-c listen_addresses=127.0.0.1"]
        options += ["-c " + setting for setting in self.settings]
        self.run_as_postgres("pg_ctl", "-D", self.folder + "/pg", "-w", "-o", " ".join(options),
                             "-l", self.folder + "/pg.log", "start", check=True)

    def stop_postgres(self, mode="fast"):
        if os.path.exists(self.folder + "/pg/postmaster.pid"):
            self.run_as_postgres("pg_ctl", "-D", self.folder + "/pg", "-w", "-m", mode, "stop",
                                 stderr=subprocess.DEVNULL)

    def sql(self, text):
        """Runs SQL through psql; returns its unaligned output."""
        done = subprocess.run(["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1",
                               self.database_url], input=text, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(done.stderr)
        return done.stdout

    def pgbench(self, script, seconds, clients=8):
        """Transactions per second of one SQL script under prepared statements."""
        path = self.folder + "/script.sql"
        with open(path, "w") as file:
            file.write(script)
        output = subprocess.run([postgres_programs() + "/pgbench", "-n", "-M", "prepared",
                                 "-c", str(clients), "-j", "1", "-T", str(seconds), "-f", path,
                                 self.database_url],
                                check=True, capture_output=True, text=True).stdout
        rate = next(line for line in output.splitlines() if line.startswith("tps"))
        return float(rate.split()[2])

    # -- the server

    def server_environment(self):
        """The caller's environment without options of its own, and with those of this stack."""
        inherited = {name: value for name, value in os.environ.items()
                     if not name.startswith(("HASURA_GRAPHQL_", "APUS_"))}
        secret = {"HASURA_GRAPHQL_ADMIN_SECRET": self.admin_secret} if self.admin_secret else {}
        return {**inherited, "HASURA_GRAPHQL_DATABASE_URL": self.database_url,
                "HASURA_GRAPHQL_SERVER_PORT": str(self.port), **secret, **self.environment}

    def spawn_server(self):
        with open(self.folder + "/server.log", "ab") as log:
            self.server = subprocess.Popen([self.binary, "serve", *self.arguments], stdout=log,
                                           stderr=log, cwd=self.folder,
                                           env=self.server_environment())
        return self.server

    def start_server(self, wait=20.0):
        started = time.monotonic()
        self.spawn_server()
        while not self.is_healthy():
            if self.server.poll() is not None or time.monotonic() - started > wait:
                raise RuntimeError("the server did not come up:\n" + self.log()[-3000:])
            time.sleep(0.005)
        self.startup_seconds = time.monotonic() - started

    def is_healthy(self):
        try:
            with urllib.request.urlopen(self.endpoint + "/healthz", timeout=1) as answer:
                return answer.status == 200
        except OSError:
            return False

    def stop_server(self, sig=signal.SIGTERM, wait=10.0):
        """Returns the exit status."""
        if self.server is None:
            return None
        if self.server.poll() is None:
            self.server.send_signal(sig)
            try:
                self.server.wait(wait)
            except subprocess.TimeoutExpired:
                self.server.kill()
                self.server.wait()
        return self.server.returncode

    def log(self):
        with open(self.folder + "/server.log", errors="replace") as file:
            return file.read()

    def cpu_seconds(self):
        """CPU time of the server process so far, its children included."""
        with open(f"/proc/{self.server.pid}/stat") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return sum(int(field) for field in fields[11:15]) / os.sysconf("SC_CLK_TCK")

    def resident_mib(self):
        with open(f"/proc/{self.server.pid}/status") as file:
            line = next(line for line in file if line.startswith("VmRSS"))
        return int(line.split()[1]) / 1024

    # -- requests

    def post(self, path, body, headers=None):
        secret = {"x-hasura-admin-secret": self.admin_secret} if self.admin_secret else {}
        request = urllib.request.Request(self.endpoint + path, json.dumps(body).encode(),
                                         {"content-type": "application/json", **secret,
                                          **(headers or {})})
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read() or b"null")

    def graphql(self, query, variables=None, headers=None):
        body = {"query": query, "variables": variables or {}}
        status, answer = self.post("/v1/graphql", body, headers)
        if status != 200 or "errors" in answer:
            raise RuntimeError(f"{status} {json.dumps(answer)[:2000]}")
        return answer["data"]

    def metadata(self, call):
        status, answer = self.post("/v1/metadata", call)
        if status != 200:
            raise RuntimeError(f"{status} {json.dumps(answer)[:2000]}")
        return answer

    def track(self, schema, *names):
        for name in names:
            table = {"schema": schema, "name": name}
            self.metadata({"type": "pg_track_table", "args": {"source": "default", "table": table}})
