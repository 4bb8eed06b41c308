"""Runs scripts, each in a fork of this process, in which the modules that they import are loaded already."""
import ast, functools, gc, importlib, json, os, select, socket, sys, tempfile, traceback, types, warnings


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
    try:
        nodes = list(ast.walk(ast.parse(script)))
    except SyntaxError:
        return  # the script itself reports it
    for node in nodes:
        if isinstance(node, ast.Import):
            names = [name.name for name in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            # What is imported from a package may be a module of it.
            names = [node.module, *(f"{node.module}.{name.name}" for name in node.names)]
        else:
            continue
        for name in names:
            package, _, last = name.rpartition(".")
            if name not in sys.modules and not hasattr(sys.modules.get(package), last):
                try:
                    importlib.import_module(name)
                except Exception:
                    pass  # the script itself reports it, or has prepared the path for it
    if "astropy.time" in sys.modules:
        read_leap_seconds()


@functools.cache
def read_leap_seconds():
    """Converts a time, because the first conversion of a process reads the lists of leap seconds, which takes a tenth of a second."""
    from astropy.utils import iers

    with iers.conf.set_temp("auto_download", False), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        sys.modules["astropy.time"].Time(50000, format="mjd", scale="utc").tai


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
