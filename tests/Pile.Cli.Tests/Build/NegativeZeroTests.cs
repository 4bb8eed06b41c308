using Pile.TestKit;

namespace Pile.Cli.Tests.Build;

/// <summary>Zeros keep their sign in the index, in exported tables and in layers. Columns with few values are those that Parquet writers
/// store as dictionaries.</summary>
public sealed class NegativeZeroTests : IDisposable
{
    private const string Make = """
        import sys, numpy as np
        from astropy.table import Table
        n = 60
        for part in range(20):
            t = Table(dict(object_id=np.arange(n) + part * n, ra=np.arange(n) * 1.0, dec=np.arange(n) - 30.0))
            t['f8'] = np.tile(np.array([0, -0.0, 1.5, 2.5]), n // 4)
            t['f4'] = np.tile(np.array([0, -0.0, -0.0, 2.5], dtype='f4'), n // 4)
            t.write(f'{sys.argv[1]}/{part:02}.ecsv')
        """;

    // Negative zeros of the columns that a shard or a table has, and whether they are in the rows that had them.
    private const string Count = """
        import sys, glob, h5py, numpy as np
        from astropy.table import Table
        zeros = {}
        for path in sorted(glob.glob(sys.argv[1], recursive=True)):
            t = h5py.File(path) if path.endswith('hdf5') else Table.read(path)
            ids = np.asarray(t['object_id'][:])
            for name, rests in (('f8', [1]), ('f4', [1, 2])):
                v = np.asarray(t[name][:], dtype='f8')
                assert np.array_equal(np.signbit(v) & (v == 0), np.isin(ids % 4, rests)), path
                zeros[name] = zeros.get(name, 0) + int((np.signbit(v) & (v == 0)).sum())
        print(zeros.get('f8'), zeros.get('f4'))
        """;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_dataset_and_what_is_written_of_it_keep_the_sign_of_zeros()
    {
        Directory.CreateDirectory(folder["in"]);
        Python.Run(Make, folder["in"]);
        // Many small files are combined before they are sorted.
        Run("build", "--from", folder["in/*.ecsv"], "--out", folder["d"], "--name", "d", "--id", "object_id",
            "--margin", "100");
        Assert.Equal("300 600", Python.Run(Count, folder["d/main/**/*.hdf5"]).Trim());
        Run("validate", folder["d"], "--deep");

        Run("query", folder["d"], "--sort", "f8", "--columns", "object_id,f8,f4", "--out", folder["sorted.ecsv"]);
        Assert.Equal("300 600", Python.Run(Count, folder["sorted.ecsv"]).Trim());
        Run("export", folder["d"], "--format", "parquet", "--out", folder["p"]);
        Run("query", folder["d"], "--out", folder["fits.fits"]);
        Run("export", folder["d"], "--format", "hats", "--out", folder["h"]);
        Run("query", folder["h"], "--id", "object_id", "--columns", "object_id,f8,f4", "--out", folder["hats.ecsv"]);
        Assert.Equal("300 600", Python.Run(Count, folder["hats.ecsv"]).Trim());
        foreach (string made in (string[])["p/d.parquet", "fits.fits"])
        {
            Run("build", "--from", folder[made], "--out", folder["again"], "--id", "object_id", "--replace");
            Assert.Equal("300 600", Python.Run(Count, folder["again/main/**/*.hdf5"]).Trim());
        }
    }

    [Fact]
    public void A_layer_keeps_the_sign_of_zeros()
    {
        File.WriteAllLines(folder["t.csv"], Enumerable.Range(0, 100).Select(i => $"{i},{i},1").Prepend("object_id,ra,dec"));
        File.WriteAllLines(folder["l.csv"], Enumerable.Range(0, 100).Select(i =>
            $"{i},{(i % 4 == 1 ? "-0.0" : "0.0")},{(i % 4 is 1 or 2 ? "-0.0" : "1.5")}").Prepend("object_id,f8,f4"));
        Run("build", "--from", folder["t.csv"], "--id", "object_id", "--out", folder["d"]);
        Run("layer", "create", folder["l"], "--of", folder["d"]);
        Run("layer", "set", folder["l"], folder["l.csv"], "--as", "f4=float32", "--message", "one");
        Run("query", folder["d"], "--layer", folder["l"], "--columns", "object_id,f8,f4", "--out", folder["out.ecsv"]);
        Assert.Equal("25 50", Python.Run(Count, folder["out.ecsv"]).Trim());
    }

    private static void Run(params string[] arguments)
    {
        ProgramResult result = PileProgram.Run(arguments);
        Assert.True(result.ExitCode == 0, result.Output + result.Error);
    }
}
