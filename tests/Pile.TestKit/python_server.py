"""Runs scripts, each in a fork of this process, in which the modules that they import are loaded already."""
import gc, importlib, json, os, re, select, socket, sys, tempfile, traceback, types


def serve(name):
    """Takes scripts from a socket until standard input ends, with the process that started this one."""
    listener = socket.socket(socket.AF_UNIX)
    listener.bind("\0" + name)
    listener.listen(64)
    gc.disable()
    children = 0
    print("ready", flush=True)
    while True:
        ready, _, _ = select.select([listener, 0], [], [])
        if 0 in ready:
            return
        while children and os.waitpid(-1, os.WNOHANG)[0]:
            children -= 1
        connection, _ = listener.accept()
        with connection, connection.makefile("rb") as lines:
            request = json.loads(lines.readline())
            load(request["script"])
            gc.freeze()  # collections in forks would visit, and so copy, all that was loaded
            children += 1
            if os.fork() == 0:
                listener.close()
                gc.enable()
                reply(connection, *run(request["script"], request["arguments"]))
                os._exit(0)


def load(script):
    for module in re.findall(r"^(?:import|from)\s+([\w.]+)", script, re.MULTILINE):
        try:
            importlib.import_module(module)
        except Exception:
            pass  # the script itself reports it, or has prepared the path for it


def run(script, arguments):
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as error:
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(out.fileno(), 1)
        os.dup2(error.fileno(), 2)
        sys.argv = ["-", *arguments]
        sys.path.insert(0, "")
        main = sys.modules["__main__"] = types.ModuleType("__main__")
        status = 0
        try:
            exec(compile(script, "<stdin>", "exec"), main.__dict__)
        except SystemExit as end:
            status = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
            if status == 1 and not isinstance(end.code, int):
                print(end.code, file=sys.stderr)
        except BaseException:
            status = 1
            traceback.print_exc()
        main.__dict__.clear()  # closes files that the script left open, as the end of a process does
        gc.collect()
        sys.stdout.flush()
        sys.stderr.flush()
        return status, *(read(file) for file in (out, error))


def read(file):
    file.seek(0)
    return file.read()


def reply(connection, status, out, error):
    connection.sendall(f"{status} {len(out)} {len(error)}\n".encode() + out + error)


serve(sys.argv[1])
