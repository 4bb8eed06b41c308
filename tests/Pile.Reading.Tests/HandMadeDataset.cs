using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Pile.DuckDb;
using Pile.Format;
using Pile.TestKit;

namespace Pile.Reading.Tests;

/// <summary>A dataset made after SCHEMA.md without Pile's writer: h5py wrote the shards, DuckDB the tiles.</summary>
public sealed class HandMadeDataset : IDisposable
{
    // Python makes the shards once per test run; each test gets a copy that it may change.
    private static readonly Lazy<TemporaryFolder> Shards = new(() =>
    {
        TemporaryFolder made = new();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => made.Dispose();
        Python.Run(File.ReadAllText(TestPaths.Data("scripts/hand_made_dataset.py")), made.Path);
        return made;
    });

    private readonly TemporaryFolder folder = new();
    private readonly JsonElement facts;
    private readonly List<string> sources = [];
    private bool isEmpty;

    public HandMadeDataset()
    {
        foreach (string file in Directory.EnumerateFiles(Shards.Value.Path, "*", SearchOption.AllDirectories))
        {
            string copy = folder[System.IO.Path.GetRelativePath(Shards.Value.Path, file)];
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
        facts = JsonDocument.Parse(File.ReadAllText(folder["maker/facts.json"])).RootElement;
        Light = [.. facts.GetProperty("light").EnumerateArray().Select(c => Column(c, ColumnStorage.Light))];
        Heavy = [.. facts.GetProperty("heavy").EnumerateArray().Select(c => Column(c, ColumnStorage.Heavy))];
        Lines = [.. File.ReadLines(folder["maker/rows.jsonl"]).Select(l => JsonDocument.Parse(l).RootElement)];
        WriteTiles();
        WriteFiles();
        WriteManifest();
    }

    public string Path => folder.Path;

    public ColumnSchema[] Light { get; }

    public ColumnSchema[] Heavy { get; }

    /// <summary>The rows in the order of the index, by their names in the index.</summary>
    public JsonElement[] Lines { get; }

    public int Rows => Lines.Length;

    /// <summary>Removes all rows, which leaves a valid empty dataset.</summary>
    public void Empty()
    {
        isEmpty = true;
        Reseal();
    }

    public string IdAt(int row) => Lines[row].GetProperty("object_id").GetString()!;

    public string ShardOf(int row) =>
        facts.GetProperty("shards")[Lines[row].GetProperty("_pile_source").GetInt32()].GetProperty("path").GetString()!;

    public bool IsMaybeNull(int row) => facts.GetProperty("maybe_null")[row].GetBoolean();

    public int[] ShapeOf(string column,
        int row) => [.. facts.GetProperty("lengths").GetProperty(column)[row].EnumerateArray().Select(n => n.GetInt32())];

    /// <summary>Returns the values of a heavy column according to h5py: each row's own elements as bytes.</summary>
    public byte[][] Expected(string column)
    {
        int number = Array.FindIndex(Heavy, c => c.Name == column), at = 0;
        byte[] all = File.ReadAllBytes(folder[$"maker/expected/{number}.bin"]);
        var rows = new byte[Rows][];
        for (int row = 0; row < Rows; row++)
        {
            int bytes = ShapeOf(column, row).Aggregate(Heavy[number].DType.ElementBytes(), (a, b) => a * b);
            rows[row] = all[at..(at += bytes)];
        }
        Assert.Equal(all.Length, at);
        return rows;
    }

    /// <summary>Rewrites the list of files and the manifest after a test has changed something.</summary>
    public void Reseal(Func<string, string>? changePath = null, IEnumerable<AliasSchema>? aliases = null)
    {
        WriteFiles(changePath);
        WriteManifest(aliases);
    }

    /// <summary>Rewrites the tiles with other values.</summary>
    /// <param name="replacing">What DuckDB writes after <c>SELECT * REPLACE</c>: expressions with the column's name.</param>
    public void ReplaceInTiles(string replacing)
    {
        WriteTiles($"REPLACE ({replacing})");
        Reseal();
    }

    public void Dispose() => folder.Dispose();

    private static ColumnSchema Column(JsonElement column, ColumnStorage storage)
    {
        Assert.True(DTypes.TryParse(column.GetProperty("dtype").GetString()!, out DType type));
        return new ColumnSchema
        {
            Name = Text("name")!,
            DType = type,
            Shape = column.TryGetProperty("shape", out JsonElement shape)
                ? [.. shape.EnumerateArray().Select(n => n.ValueKind == JsonValueKind.String ? ColumnSchema.Ragged : n.GetInt32())] : [],
            Storage = storage,
            Role = Text("role") == "standard" ? ColumnRole.Standard : ColumnRole.Native,
            Unit = Text("unit"),
            Ucd = Text("ucd"),
            IndexName = Text("index_name"),
            Nullable = column.TryGetProperty("nullable", out _),
            StringBytes = type == DType.String ? 32 : 0,
            Codec = Text("codec") == "shuffle+deflate" ? PieceCodec.ShuffleDeflate : PieceCodec.None,
            Padding = Text("padding") == "edge" ? Padding.Edge : Padding.Zero,
            MaskPolarity = Text("mask") is null ? null : MaskPolarity.TrueIsGood,
        };

        string? Text(string key) => column.TryGetProperty(key, out JsonElement value) && value.ValueKind == JsonValueKind.String
            ? value.GetString() : null;
    }

    private void WriteTiles(string replacing = "")
    {
        List<string> types = ["\"_healpix_29\": 'BIGINT'"];
        types.AddRange(Light.Select(c => Type(c.SqlName, c.DType.SqlName(), !c.IsScalar)));
        types.AddRange([Type("_pile_source", "INTEGER", false), Type("_pile_source_row", "INTEGER", false)]);
        foreach (ColumnSchema c in Heavy)
        {
            foreach ((string part, string type) in (ReadOnlySpan<(string, string)>)[("offset", "BIGINT"), ("size", "INTEGER"),
                ("codec", "UTINYINT"), ("crc32c", "UINTEGER")])
                types.Add(Type($"_pile_{c.SqlName}_{part}", type, c.Name == "planes"));
            if (c.Name == "cube")
                types.Add(Type("_pile_cube_chunk", "INTEGER", true));
        }
        using DuckDbDatabase database = DuckDbDatabase.OpenInMemory();
        using DuckDbConnection connection = database.Connect();
        connection.Execute($"CREATE TABLE lines AS SELECT * FROM read_json({DuckDbSql.Literal(folder["maker/rows.jsonl"])}, format = "
            + $"'newline_delimited', columns = {{{string.Join(", ", types)}}})");
        foreach (JsonElement tile in facts.GetProperty("tiles").EnumerateArray())
        {
            int order = tile.GetProperty("order").GetInt32();
            long pixel = tile.GetProperty("pixel").GetInt64();
            Write(connection, $"SELECT * {replacing} FROM lines WHERE _healpix_29 >> {2 * (29 - order)} = {pixel} ORDER BY _healpix_29, "
                + "object_id", DatasetPaths.IndexTile("main", order, pixel));
        }
        Write(connection, $"SELECT * {replacing} FROM lines LIMIT 0", "main/index/dataset/_common_metadata");

        static string Type(string name, string type, bool isList) => $"{DuckDbSql.Identifier(name)}: '{type}{(isList ? "[]" : "")}'";
    }

    private void Write(DuckDbConnection connection, string select, string path)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(folder[path])!);
        connection.Execute($"COPY ({select}) TO {DuckDbSql.Literal(folder[path])} (FORMAT parquet, COMPRESSION zstd)");
    }

    private void WriteFiles(Func<string, string>? changePath = null)
    {
        sources.Clear();
        int source = 0;
        foreach (JsonElement shard in isEmpty ? [] : facts.GetProperty("shards").EnumerateArray().ToArray())
            sources.Add(Line(shard.GetProperty("path").GetString()!, "shard", (source++).ToString(CultureInfo.InvariantCulture),
                shard.GetProperty("rows").GetInt64()));
        foreach (JsonElement tile in isEmpty ? [] : facts.GetProperty("tiles").EnumerateArray().ToArray())
            sources.Add(Line(DatasetPaths.IndexTile("main", tile.GetProperty("order").GetInt32(), tile.GetProperty("pixel").GetInt64()),
                "index", "NULL", tile.GetProperty("rows").GetInt64()));
        sources.Add(Line("main/index/dataset/_common_metadata", "meta", "NULL", null));
        sources.Add("('spec-*.fits', 'source', NULL, NULL, 12, 'ab')");
        using DuckDbDatabase database = DuckDbDatabase.OpenInMemory();
        using DuckDbConnection connection = database.Connect();
        Write(connection, "SELECT path, kind, source::INTEGER AS source, rows::BIGINT AS rows, bytes::BIGINT AS bytes, sha256 FROM "
            + $"(VALUES {string.Join(", ", sources)}) AS t(path, kind, source, rows, bytes, sha256)", "files.parquet");

        string Line(string path, string kind, string number, long? rows) =>
            $"({DuckDbSql.Literal(changePath?.Invoke(path) ?? path)}, '{kind}', {number}, "
                + $"{rows?.ToString(CultureInfo.InvariantCulture) ?? "NULL"}, {new FileInfo(folder[path]).Length}, '{Sha256(path)}')";
    }

    private void WriteManifest(IEnumerable<AliasSchema>? aliases = null) => HandMadeManifest.Write(folder,
        HandMadeManifest.Of("hand-made", "image", isEmpty ? 0 : Rows, [.. Light, .. Heavy]) with
        {
            Shards = facts.GetProperty("shards").GetArrayLength(),
            Partition = new Partition(Partition.Healpix, facts.GetProperty("order").GetInt32()),
            Aliases = aliases is null ?
            [
                new AliasSchema { Name = "redshift", Native = "Z" },
                new AliasSchema { Name = "ebv", Native = "EBV", Scale = 2, Unit = "mag" },
                new AliasSchema { Name = "colour", Expression = "\"forced.g mag\" - rmag", Unit = "mag" },
                new AliasSchema { Name = "sum", Expression = "1.5 + \"größe µ\" -- a decimal" },
                new AliasSchema { Name = "flux_uJy", Native = "FLUX", Scale = 0.001, Unit = "uJy" },
                new AliasSchema { Name = "planes_half", Native = "planes", Scale = 0.5 },
                new AliasSchema { Name = "fwhm_mas", Native = "image_psf_fwhm", Scale = 1000, Unit = "mas" },
            ] : [.. aliases],
        });

    private string Sha256(string path) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(folder[path])));
}
