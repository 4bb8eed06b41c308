using System.Security.Cryptography;
using Pile.DuckDb;
using Pile.Format;

namespace Pile.Writing.Tests;

/// <summary>Builds datasets and reads the results.</summary>
internal static class Datasets
{
    internal static async Task<BuildSummary> Build(string folder, DatasetSpec spec, WriterSettings? settings,
        params (string Unit, RowBatch[] Batches)[] units)
    {
        await using DatasetWriter writer = DatasetWriter.Create(folder, spec, settings ?? new WriterSettings { Workers = 2 });
        foreach ((string unit, RowBatch[] batches) in units)
            Fill(writer, unit, batches);
        return await writer.CommitAsync(TestContext.Current.CancellationToken);
    }

    internal static void Fill(DatasetWriter writer, string unit, params RowBatch[] batches)
    {
        using UnitSpill spill = writer.BeginUnit(unit, Zoo.Source($"{unit}.fits"));
        foreach (RowBatch batch in batches)
            spill.Append(batch);
        spill.Complete();
    }

    /// <summary>The rows of <see cref="Zoo"/> in two units of several batches.</summary>
    internal static (string, RowBatch[])[] ZooUnits(int count, int seed, int batchRows)
    {
        int[] ids = Zoo.Shuffled(count, seed);
        int half = count / 2;
        return [("b", Batches(ids[half..])), ("a", Batches(ids[..half]))];

        RowBatch[] Batches(int[] rows) => [.. rows.Chunk(batchRows).Select(Zoo.Batch)];
    }

    internal static Manifest Manifest(string folder) =>
        ManifestReader.Read(File.ReadAllText(Path.Combine(folder, DatasetPaths.Manifest)), DatasetPaths.Manifest);

    /// <summary>One line per file: its path and SHA-256.</summary>
    internal static string Fingerprint(string folder) => string.Join('\n',
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
        .Select(path => $"{Path.GetRelativePath(folder, path)} {Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)))}")
        .Order(StringComparer.Ordinal));

    internal static string Tiles(string folder) =>
        $"read_parquet({DuckDbSql.Literal(Path.Combine(folder, "main/index/dataset/Norder=*/Dir=*/Npix=*.parquet"))}, hive_partitioning = "
            + "false, filename = true)";

    /// <summary>Writes the rows of a query as CSV, for Python.</summary>
    internal static void Export(string sql, string path)
    {
        using DuckDbDatabase database = DuckDbDatabase.OpenInMemory(new DuckDbSettings { Threads = 1 });
        using DuckDbConnection connection = database.Connect();
        connection.Execute($"COPY ({sql}) TO {DuckDbSql.Literal(path)} (FORMAT csv, HEADER true)");
    }
}
