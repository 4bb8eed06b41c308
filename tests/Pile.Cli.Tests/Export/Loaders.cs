using Pile.TestKit;

namespace Pile.Cli.Tests.Export;

/// <summary>Reads exports as the loaders of the Multimodal Universe do (tests/loaders).</summary>
internal static class Loaders
{
    /// <summary>Runs a check, in which <c>rows</c> are the rows of an export by <c>str(object_id)</c>.</summary>
    internal static string Run(string layout, string folder, string check, params string[] arguments) => Python.Run("""
        import sys
        sys.path.insert(0, sys.argv[1])
        sys.dont_write_bytecode = True
        import numpy as np
        import layouts
        rows = layouts.rows(sys.argv[2], sys.argv[3])

        """ + check, [Path.Combine(TestPaths.Root, "tests", "loaders"), layout, folder, .. arguments]).Trim();
}
