using Pile.DuckDb;
using Pile.TestKit;

namespace Pile.Cli.Tests.Export;

/// <summary>Arrays in Parquet files are lists of lists, read here by DuckDB.</summary>
public sealed class ParquetArrayTests : IDisposable
{
    private const string Make = """
        import sys, h5py, numpy as np
        with h5py.File(sys.argv[1], 'w') as f:
            for i in range(4):
                g = f.create_group(f'o{i}')
                g.attrs['ra'], g.attrs['dec'] = i * 1.0, 1.0
                g['im'] = np.arange((i + 2) * (6 - i), dtype='f4').reshape(i + 2, 6 - i)
                g['cube'] = np.arange(24, dtype='i2').reshape(2, 3, 4) + i
        """;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Arrays_keep_their_shapes()
    {
        Python.Run(Make, folder["a.h5"]);
        Run("adopt", folder["a.h5"], "--out", folder["d"]);
        Run("export", folder["d"], "--format", "parquet", "--out", folder["p"]);
        Run("read", folder["d"], "--where", "true", "--columns", "im,cube", "--one-file", folder["one.parquet"]);
        foreach (string file in (string[])[folder["p/d.parquet"], folder["one.parquet"]])
            Assert.Equal(["FLOAT[][] SMALLINT[][][] 2 6 7.0 2 3 4 23", "FLOAT[][] SMALLINT[][][] 3 5 6.0 2 3 4 24",
                "FLOAT[][] SMALLINT[][][] 4 4 5.0 2 3 4 25", "FLOAT[][] SMALLINT[][][] 5 3 4.0 2 3 4 26"],
                Texts("SELECT concat_ws(' ', typeof(im), typeof(cube), len(im), len(im[1]), im[2][2], len(cube), len(cube[1]), "
                    + $"len(cube[1][1]), cube[2][3][4]) AS t FROM {DuckDbSql.Literal(file)} ORDER BY t"));

        // The shapes and the values of the file are those of the dataset.
        Run("build", "--from", folder["p/d.parquet"], "--out", folder["again"], "--id", "object_id");
        string difference = PileProgram.Run("diff", folder["d"], folder["again"]).Output;
        Assert.Contains("rows: 0 added, 0 removed, 0 changed, 4 unchanged", difference, StringComparison.Ordinal);
        Assert.DoesNotContain("shape", difference, StringComparison.Ordinal);
    }

    private static List<string> Texts(string sql)
    {
        using DuckDbDatabase database = DuckDbDatabase.OpenInMemory(new DuckDbSettings());
        using DuckDbConnection connection = database.Connect();
        using DuckDbResult result = connection.Query(sql);
        return [.. result.Chunks().SelectMany(chunk => Enumerable.Range(0, chunk.RowCount).Select(row => chunk[0].Text(row)!))];
    }

    private static void Run(params string[] arguments)
    {
        ProgramResult result = PileProgram.Run(arguments);
        Assert.True(result.ExitCode == 0, result.Output + result.Error);
    }
}
