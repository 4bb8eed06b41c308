using System.Text.Json;
using System.Text.Json.Nodes;
using Pile.Builders;
using Pile.Format;
using Pile.Storage;
using Pile.TestKit;

namespace Pile.Adopting.Tests.Hdf5;

/// <summary>An archive that was read completely, for comparisons with h5py: see tests/data/scripts/hdf5_adopted.py.</summary>
internal sealed class ArchiveDump
{
    private ArchiveDump(Hdf5Archive archive) => Archive = archive;

    internal Hdf5Archive Archive { get; }

    internal List<string> Findings { get; } = [];

    internal List<SkippedRow> Skipped { get; } = [];

    internal List<ReferencedFile> Files { get; } = [];

    internal List<RowBatch> Batches { get; } = [];

    internal int Rows => Batches.Sum(batch => batch.RowCount);

    private readonly List<string> local = [];

    /// <summary>Reads all units of an archive in a folder.</summary>
    internal static async Task<ArchiveDump> ReadAsync(string folder, Hdf5Options? options = null, bool hasChecksums = false,
        params string[] names)
    {
        LocalFolder store = new(folder);
        ArchiveRoot root = new("mount://data", store);
        string[] paths = names.Length > 0 ? names
            : [.. Directory.EnumerateFiles(folder, "*.h*5", SearchOption.AllDirectories)
                .Select(path => Path.GetRelativePath(folder, path))];
        ArchiveDump dump = new(await Hdf5Archive.OpenAsync(root,
            paths.Select(path => new StoredFile(path, new FileInfo(Path.Combine(folder, path)).Length)), options,
            TestContext.Current.CancellationToken));
        for (int unit = 0; unit < dump.Archive.Units.Length; unit++)
            dump.Batches.AddRange(dump.Archive.Read(unit, new ArchiveContext
            {
                AddFile = file =>
                {
                    dump.Files.Add(file);
                    dump.local.Add(Path.Combine(folder, file.Uri["mount://data/".Length..]));
                    return dump.Files.Count - 1;
                },
                OnFinding = dump.Findings.Add,
                OnSkip = dump.Skipped.Add,
                ComputesChecksums = hasChecksums,
            }, TestContext.Current.CancellationToken));
        return dump;
    }

    /// <summary>Returns the texts of a column in all rows.</summary>
    internal string[] Texts(string column) => [.. Batches.SelectMany(batch => Enumerable.Range(0, batch.RowCount)
        .Select(row => ((TextColumnData)batch[column]).Text(row)))];

    /// <summary>Returns the numbers of a scalar column in all rows.</summary>
    internal T[] Numbers<T>(string column) where T : unmanaged => [.. Batches.SelectMany(batch => batch.Values<T>(column).ToArray())];

    internal ColumnSchema Schema(string column) => Batches[0][column].Schema;

    /// <summary>Compares all values with h5py; returns the number of values and pieces.</summary>
    /// <param name="folder">The folder for the comparison.</param>
    /// <param name="placeOf">A Python expression: the h5py group, the row (None for objects), and names that differ, of the variables
    /// <c>f</c> (the file), <c>row</c> (its number), <c>ids</c>.</param>
    /// <param name="nulls">The columns that may have rows without a value.</param>
    internal (int Values, int Pieces) Compare(TemporaryFolder folder, string placeOf, params string[] nulls)
    {
        JsonObject json = ToJson();
        json["nulls"] = new JsonArray([.. nulls.Select(name => JsonValue.Create(name))]);
        File.WriteAllText(folder["dump.json"], json.ToJsonString());
        string script = $"""
            import sys; sys.path.insert(0, sys.argv[2])
            from hdf5_adopted import *
            dump = json.load(open(sys.argv[1]))
            print(*check(dump, lambda f, r: (lambda row, id: {placeOf})(r['row'], r['id'])))
            """;
        string[] counts = Python.Run(script, folder["dump.json"], TestPaths.Data("scripts")).Trim().Split(' ');
        return (int.Parse(counts[0], System.Globalization.CultureInfo.InvariantCulture),
            int.Parse(counts[1], System.Globalization.CultureInfo.InvariantCulture));
    }

    /// <summary>Writes the dump for a script.</summary>
    internal void Save(string path) => File.WriteAllText(path, ToJson().ToJsonString());

    private JsonObject ToJson()
    {
        JsonObject columns = [];
        JsonArray rows = [];
        foreach (RowBatch batch in Batches)
        {
            foreach (ColumnData column in batch.Columns)
                columns[column.Schema.Name] = new JsonObject
                {
                    ["dtype"] = column.Schema.DType.Name(),
                    ["shape"] = JsonSerializer.SerializeToNode(column.Schema.Shape.ToArray()),
                    ["source"] = SourceOf(column.Schema.Name),
                };
            for (int row = 0; row < batch.RowCount; row++)
            {
                JsonObject values = [];
                int file = 0;
                foreach (ColumnData column in batch.Columns)
                {
                    values[column.Schema.Name] = column.IsNullAt(row) ? null : ValueOf(column, row);
                    file = column is ReferenceColumnData reference ? reference.Files[row] : file;
                }
                ColumnData id = batch["object_id"];
                rows.Add(new JsonObject
                {
                    ["file"] = file,
                    ["row"] = batch.SourceRows.Span[row],
                    ["id"] = id is TextColumnData text ? text.Text(row) : $"{((ColumnData<long>)id).Values.Span[row]}",
                    ["values"] = values,
                });
            }
        }
        return new() { ["columns"] = columns, ["rows"] = rows, ["local"] = new JsonArray([.. local.Select(p => JsonValue.Create(p))]) };
    }

    private static string SourceOf(string name) => name == "source_healpix" ? "healpix"
        : name.StartsWith("native_", StringComparison.Ordinal) ? name["native_".Length..] : name;

    private static JsonNode ValueOf(ColumnData column, int row)
    {
        if (column is TextColumnData text)
            return new JsonArray([.. Enumerable.Range(0, text.ElementsOf(row)).Select(i => JsonValue.Create(text.Text(row, i)))]);
        if (column is not ReferenceColumnData reference)
            return JsonValue.Create(Convert.ToHexString(column.RowBytes(row)))!;
        int rank = column.Schema.Shape.Length + 1;
        JsonArray pieces = [];
        for (int piece = reference.StartOf(row); piece < reference.StartOf(row + 1); piece++)
            pieces.Add(new JsonArray(reference.Offsets[piece], reference.StoredBytes[piece], reference.Codecs[piece],
                reference.Crcs is null ? null : JsonValue.Create(reference.Crcs[piece])));
        return new JsonObject
        {
            ["file"] = reference.Files[row],
            ["shape"] = JsonSerializer.SerializeToNode(reference.ShapeOf(row).ToArray()),
            ["pieces"] = pieces,
            ["chunk"] = reference.Chunks is null ? null
                : JsonSerializer.SerializeToNode(reference.Chunks.AsSpan(row * rank, rank).ToArray()),
            ["first"] = reference.FirstElements?[row] ?? 0,
        };
    }
}
