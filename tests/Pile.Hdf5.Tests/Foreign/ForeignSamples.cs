using Pile.TestKit;

namespace Pile.Hdf5.Tests.Foreign;

/// <summary>Files that h5py writes for the tests: see tests/data/scripts/hdf5_samples.py.</summary>
internal static class ForeignSamples
{
    /// <summary>Writes files of each kind of content with a range of versions of the library.</summary>
    internal static string[] Write(TemporaryFolder folder, string version, params string[] parts)
    {
        Python.Run(Script(), [folder.Path, version, .. parts]);
        return [.. parts.Select(part => folder[$"{version} {part}.h5"])];
    }

    /// <summary>Writes one file with a script that has the file in the variable <c>f</c>.</summary>
    internal static string WriteOne(TemporaryFolder folder, string version, string script)
    {
        Python.Run(Script() + "\nos.chdir(os.path.dirname(sys.argv[1]))\n"
            + $"with h5py.File(sys.argv[1], 'w', libver=bounds('{version}')) as f:\n"
            + $"    {script.Replace("\n", "\n    ", StringComparison.Ordinal)}\n", folder["one.h5"]);
        return folder["one.h5"];
    }

    private static string Script() => File.ReadAllText(TestPaths.Data("scripts/hdf5_samples.py"));
}
