using System.Text.Json;
using Pile.DuckDb;
using Pile.TestKit;

namespace Pile.Cli.Tests.Build;

/// <summary>Columns that exist in the names of folders alone, compared with DuckDB, which writes and reads such tables.</summary>
public sealed class FolderColumnTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    [Fact]
    public void Columns_of_folders_have_the_values_that_DuckDB_reads()
    {
        using DuckDbDatabase database = DuckDbDatabase.OpenInMemory();
        using DuckDbConnection connection = database.Connect();
        connection.Execute($"""
            COPY (SELECT i AS id, i * 1.5 AS ra, i - 20.5 AS dec, 2019 + i % 3 AS year, [NULL, 'g', 'a=b/ü', '007'][1 + i % 4] AS band
            FROM range(40) t(i)) TO {DuckDbSql.Literal(folder["hive"])} (FORMAT parquet, PARTITION_BY (year, band))
            """, cancellationToken: TestContext.Current.CancellationToken);
        PileProgram.RunToJson("build", "--from", folder["hive/**/*.parquet"], "--id", "id", "--out", folder["d"], "--json");
        JsonElement columns = PileProgram.RunToJson("info", folder["d"], "--json").GetProperty("columns");
        Assert.Equal(["year int64", "band string"], columns.EnumerateArray().TakeLast(2)
            .Select(c => $"{c.GetProperty("name").GetString()} {c.GetProperty("dtype").GetString()}"));
        Assert.Equal(0, PileProgram.Run("query", folder["d"], "--columns", "id,year,band", "--sort", "id", "--out", folder["out.parquet"])
            .ExitCode);
        string written = $"read_parquet({DuckDbSql.Literal(folder["hive/*/*/*.parquet"])}, hive_partitioning = true)";
        Assert.Equal(40L, connection.Scalar<long>(
            $"SELECT count(*) FROM {written} h JOIN {DuckDbSql.Literal(folder["out.parquet"])} p ON h.id = p.id AND h.year = p.year "
                + "AND h.band IS NOT DISTINCT FROM p.band", cancellationToken: TestContext.Current.CancellationToken));
        Assert.Equal(10L, connection.Scalar<long>($"SELECT count(*) FROM {DuckDbSql.Literal(folder["out.parquet"])} WHERE band IS NULL",
            cancellationToken: TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Columns_of_folders_can_be_chosen_and_filtered_and_those_of_the_file_come_first()
    {
        foreach (string path in (string[])["Norder=1/night=3/a.csv", "Norder=1/night=4/b.csv"])
        {
            Directory.CreateDirectory(Path.GetDirectoryName(folder[path])!);
            File.WriteAllText(folder[path], $"id,ra,dec,band\n{path[^5]},10.5,2.5,r\n");
        }
        Directory.CreateDirectory(folder["Norder=1/night=4/band=g"]);
        File.Move(folder["Norder=1/night=4/b.csv"], folder["Norder=1/night=4/band=g/b.csv"]);
        PileProgram.RunToJson("build", "--from", folder["**/*.csv"], "--rename", "night=run", "--cast", "run=int16", "--filter", "run > 3",
            "--out", folder["d"], "--json");
        ProgramResult rows = PileProgram.Run("query", folder["d"], "--columns", "id,band,run", "--out", "-", "--format", "csv");
        Assert.Equal("id,band,run\nb,r,4\n", rows.Output);
    }

    public void Dispose() => folder.Dispose();
}
