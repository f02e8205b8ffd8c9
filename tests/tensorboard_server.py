"""A real TensorBoard of a test's own, on a port of this machine that it chose."""

import json
import re
import subprocess
import sys
import time
import urllib.parse
import urllib.request

PATIENCE = 120  # seconds; a server is up in about 5 on a free machine

WITHOUT_TENSORFLOW = """
import sys

class NoTensorFlow:
    def find_spec(self, name, path=None, target=None):
        if name.startswith("tensorflow"):
            raise ImportError(name)

sys.meta_path.insert(0, NoTensorFlow())
"""
MAIN = "from tensorboard.main import run_main\nrun_main()\n"


class Server:
    """TensorBoard on a folder; call `wait` before asking it for anything.

    Args:
        logdir: path.
        log: path of the file for what it prints.
        block_tensorflow: bool. Whether it must do without TensorFlow.
        load_fast: `"true"` for the faster reader, `"false"` for TensorBoard's own.
        options: further options of its command line.
    """

    def __init__(self, logdir, log, block_tensorflow, load_fast, *options):
        self.log = log
        code = (WITHOUT_TENSORFLOW if block_tensorflow else "") + MAIN
        command = [sys.executable, "-c", code, "--logdir", str(logdir), "--host", "127.0.0.1"]
        command += ["--port", "0", "--load_fast", load_fast, *options]
        with open(log, "wb") as stream:
            self.process = subprocess.Popen(command, stdout=stream, stderr=stream)
        self.address = None

    def wait(self, ready):
        """Until it is up and `ready(self)`."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and self.process.poll() is None:
            found = re.search(r"http://127\.0\.0\.1:\d+/", self.log.read_text(errors="replace"))
            if found and not self.address:
                self.address = found.group()
            if self.address and ready(self):
                return self
            time.sleep(0.1)
        raise RuntimeError(f"No server came up.\n{self.log.read_text(errors='replace')}")

    def get(self, path, **query):
        return json.loads(self.fetch(f"{path}?{urllib.parse.urlencode(query, doseq=True)}"))

    def fetch(self, path):
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(f"{self.address}data/{path}", timeout=30) as response:
            return response.read()

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=30)
