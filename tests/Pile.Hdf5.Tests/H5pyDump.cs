using Pile.TestKit;

namespace Pile.Hdf5.Tests;

/// <summary>What h5py reads from files that may be corrupt.</summary>
internal static class H5pyDump
{
    internal const string Error = "error ";

    /// <summary>Runs a function <c>dump(path)</c>, which yields lines, for each file in its own process, because libhdf5 crashes on some
    /// corrupt files.</summary>
    /// <returns>The text for each file; an error for files that libhdf5 rejects, crashes on or reads without end.</returns>
    internal static string[] Of(string definition, params string[] paths)
    {
        string printed = Python.Run(definition + """

            import os, resource, sys
            for path in sys.argv[1:]:
                sys.stdout.flush()
                reading, writing = os.pipe()
                child = os.fork()
                if child == 0:
                    resource.setrlimit(resource.RLIMIT_CPU, (60, 60)) # of this process: a busy machine does not count
                    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
                    try: content = ''.join(line + '\n' for line in dump(path))
                    except BaseException as e: content = f'error {type(e).__name__} {e}'
                    with os.fdopen(writing, 'w') as out: out.write(content)
                    os._exit(0)
                os.close(writing)
                with os.fdopen(reading) as source: content = source.read()
                print((content if os.waitpid(child, 0)[1] == 0 else 'error crash') + '\f', end='')
            """, paths);
        string[] found = printed.Split('\f')[..^1];
        Assert.Equal(paths.Length, found.Length);
        return found;
    }
}
